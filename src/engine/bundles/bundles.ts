/** The engine half of `BundleClient`. */
import type { BundleClient, ExportOptions, ExportView, ImportedView, ImportOptions, ImportView } from "../../model/clients/bundles.ts";
import type { EngineParts } from "../family.ts";
import { type Arrival, arrivalsOf } from "./arrive.ts";
import { writeBundle } from "./write.ts";

export class EngineBundles implements BundleClient {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  export(ids: readonly string[], options: ExportOptions): Promise<ExportView> {
    return writeBundle(this.#parts, ids, options);
  }

  /** Read twice: what is wrong with its last line is known before the first is kept. */
  async import(lines: () => AsyncIterable<string>, options: ImportOptions = {}): Promise<ImportView> {
    const { dryRun = false, id } = options;
    const facts = { parts: this.#parts, id };
    const checked: ImportedView[] = [];
    let sources = 0;
    for await (const arrival of arrivalsOf(lines(), facts)) {
      if (arrival.kind === "source") sources++;
      else checked.push(viewOf(arrival));
    }
    if (!dryRun) for await (const arrival of arrivalsOf(lines(), facts)) await this.#keep(arrival);
    return { executions: checked, sources, dryRun };
  }

  async #keep(arrival: Arrival): Promise<void> {
    const { store } = this.#parts;
    if (arrival.kind === "source") {
      const { hash, savedAt, files } = arrival.source;
      await store.sources.save({ hash, savedAt, files: Uint8Array.fromBase64(files) });
    } else if (arrival.disposition === "created") await store.bundles.keep(arrival.bundle, arrival.decision);
  }
}

const viewOf = ({ bundle, disposition, withheld }: Extract<Arrival, { kind: "execution" }>): ImportedView => {
  const { id, workflow, status } = bundle.execution;
  return { id, workflow, status, disposition, withheld };
};
