/**
 * Keeps the stored schedules as the workflow files say, and loads these only when one of them has changed.
 *
 * What callers may rely on:
 *   1. An edit is never taken for seen that was not: what is noted was the state of the files before and after they were loaded.
 *   2. While a file does not load, all are looked at again every few minutes, since the cause may lie outside of them.
 */
import { type FilesNote, isCurrent, isSameRoot, readNote, writeNote } from "../../model/schedule/files-note.ts";
import { systemZone } from "../../model/schedule/zone.ts";
import type { EngineParts } from "../family.ts";
import { type Findings, type FoundSchedule, registered } from "./register.ts";
import { inputProblem } from "./slot-executions.ts";

const RETRY_BROKEN_MS = 5 * 60_000;

export class Registration {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** @param force also where nothing seems to have changed */
  async refresh({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const { store, host, definitions } = this.#parts;
    const { files, clock } = host;
    const note = readNote(await store.schedules.filesMark());
    const mark = files.mark(note?.imports ?? []);
    if (!force && note !== undefined && isCurrent(note, mark, clock.now())) return;
    const { found, broken } = await definitions.all();
    // Edited while they were loaded, or since: what this process knows is old. The next look, or the next process, sees the rest.
    if (files.isOutdated() || files.mark(note?.imports ?? []) !== mark) return;
    const findings: Findings = {
      found: await Promise.all(found.flatMap(({ definition, file }) => this.#found(definition, file) ?? [])),
      broken: broken.map(({ file, error }) => ({ file, problem: error.message })),
      mayForget: note === undefined || isSameRoot(note, mark),
    };
    const now = clock.now();
    const imports = files.imports();
    const noted: FilesNote = { mark: files.mark(imports), imports, retryAt: broken.length === 0 ? null : now + RETRY_BROKEN_MS };
    const facts = { now, zone: systemZone() };
    await store.schedules.change((rows) => ({ ...registered(rows, findings, facts), filesMark: writeNote(noted) }));
  }

  #found(definition: Parameters<typeof inputProblem>[0]["definition"], file: string): Promise<FoundSchedule> | undefined {
    // Made by another copy of this package, it may have none.
    const policy = (definition.schedule as typeof definition.schedule | undefined) ?? null;
    if (policy === null) return undefined;
    const described = { name: definition.name, file, policy, inputText: definition.isSensitive ? null : textOf(policy.input) };
    return inputProblem({ definition, policy }, this.#parts.startFacts()).then((problem) => ({ ...described, problem }));
  }
}

/** For people; executions get the value itself. */
const textOf = (input: unknown): string | null => {
  try {
    return input === undefined ? null : JSON.stringify(input);
  } catch {
    return null;
  }
};
