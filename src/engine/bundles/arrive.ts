/**
 * What becomes of the executions of a bundle here.
 *
 *     over                      stays as it is
 *     not over                  paused, whatever it was: it may still be under way where it comes from
 *     values are withheld       its origin says so, and it never runs
 *     the same is here          nothing is changed
 *     another of its id         refused
 */
import { bundleChecksum } from "../../model/bundle/canonical.ts";
import type { BundledExecution, BundledSource } from "../../model/bundle/content.ts";
import { readBundle } from "../../model/bundle/read.ts";
import { withoutSecrets } from "../../model/bundle/withhold.ts";
import type { Withheld } from "../../model/clients/bundles.ts";
import { fail } from "../../model/errors.ts";
import { originWithout } from "../../model/for-looking.ts";
import { checkExecutionId } from "../../model/id.ts";
import type { DecisionRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import type { EngineParts } from "../family.ts";
import type { StoredBundle } from "../store/bundles.ts";

export type Arrival =
  | { readonly kind: "source"; readonly source: BundledSource }
  | {
      readonly kind: "execution";
      /** As it is kept, or as it is here already. */
      readonly bundle: StoredBundle;
      readonly decision: DecisionRecord;
      readonly disposition: "created" | "existing";
      readonly withheld: Withheld | null;
    };

interface Facts {
  readonly parts: EngineParts;
  /** Another id for the only execution. */
  readonly id: string | undefined;
}

const ACTION = "import";

/** @throws BUNDLE_INVALID, ID_INVALID, ID_TAKEN, USAGE for another id when there are several executions */
export async function* arrivalsOf(lines: AsyncIterable<string>, { parts, id }: Facts): AsyncGenerator<Arrival> {
  const problem = id === undefined ? undefined : checkExecutionId(id);
  if (problem !== undefined) throw fail("ID_INVALID", { id: String(id), problem });
  const ids = new Set<string>();
  for await (const part of readBundle(lines)) {
    if (part.kind === "source") {
      yield part;
      continue;
    }
    const { execution } = part.execution;
    if (id !== undefined && ids.size > 0)
      throw fail("USAGE", { problem: "The bundle holds several executions, and one id was given", next: "Import them under their own." });
    if (ids.has(execution.id)) throw fail("BUNDLE_INVALID", { problem: `execution "${execution.id}" is in it twice` });
    ids.add(execution.id);
    yield await arrivalOf(parts, { ...part, id: id ?? execution.id });
  }
}

interface Given {
  readonly execution: BundledExecution;
  readonly checksum: string;
  readonly id: string;
}

const arrivalOf = async ({ store, host }: EngineParts, { execution: given, checksum, id }: Given): Promise<Arrival> => {
  const { withheld, ...bundle } = given;
  const { execution } = bundle;
  const was = execution.reason === null ? execution.status : `${execution.status} (${execution.reason})`;
  const decision = { at: host.clock.now(), by: host.actor(), action: ACTION, detail: `it was ${was}; bundle ${checksum}`, reason: null };
  const here = await store.bundles.read(id);
  if (here !== undefined) {
    if (!isSame(here, given, checksum)) throw fail("ID_TAKEN", { id });
    return { kind: "execution", bundle: here, decision, disposition: "existing", withheld };
  }
  const origin = withheld === null ? execution.origin : originWithout(withheld);
  const parked = { status: "paused", reason: "paused", reasonDetail: `imported; it was ${was}`, wakeAt: null } as const;
  const state = isTerminal(execution.status) ? {} : parked;
  const kept = { ...bundle, execution: { ...execution, ...state, id, origin } };
  return { kind: "execution", bundle: kept, decision, disposition: "created", withheld };
};

/** It came from this bundle, whatever has become of it since; or the bundle was made of it as it is. */
const isSame = (here: StoredBundle, { withheld }: BundledExecution, checksum: string): boolean =>
  here.decisions.some(({ action, detail }) => action === ACTION && detail?.endsWith(checksum) === true) ||
  bundleChecksum(withoutSecrets({ ...here, withheld: withheld === "sensitive" ? null : withheld })) === checksum;
