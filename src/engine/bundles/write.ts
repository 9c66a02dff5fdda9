/** Writing a bundle: executions with their children, one line after the other, so that a large one is never in memory as a whole. */
import { bundleChecksum } from "../../model/bundle/canonical.ts";
import { BUNDLE_FORMAT, type BundledExecution, type BundleLine } from "../../model/bundle/content.ts";
import { redacted, withoutSecrets } from "../../model/bundle/withhold.ts";
import type { ExportOptions, ExportView, Withheld } from "../../model/clients/bundles.ts";
import { fail } from "../../model/errors.ts";
import { withheldOf } from "../../model/for-looking.ts";
import { toIso } from "../../model/instant.ts";
import { STATE_VERSION } from "../../model/state-version.ts";
import type { EngineParts } from "../family.ts";
import type { StoredBundle } from "../store/bundles.ts";

/** A bundle is for a person to carry; whole databases are what `wf db backup` is for. */
const MAX_EXECUTIONS = 100_000;

export const writeBundle = async (parts: EngineParts, asked: readonly string[], options: ExportOptions): Promise<ExportView> => {
  const { store, host, worker } = parts;
  const { write, redact = false } = options;
  const line = async (content: BundleLine): Promise<void> => write(asciiJson(content));
  const ids = await withChildren(parts, asked);
  const { version: wflite } = worker.record;
  const exportedAt = toIso(host.clock.now());
  await line({
    kind: "bundle",
    format: BUNDLE_FORMAT,
    wflite,
    stateVersion: STATE_VERSION,
    exportedAt,
    redacted: redact,
    executions: ids.length,
  });
  const sources = new Set<string>();
  const executions: { id: string; withheld: Withheld | null }[] = [];
  for (const id of ids) {
    const stored = await read(parts, id);
    // Code may hold what values hold; and who only looks needs none.
    if (!redact) for (const hash of sourcesOf(stored)) if (!sources.has(hash) && (await writeSource(store, hash, line))) sources.add(hash);
    const body = bodyOf(stored, redact);
    await line({ kind: "execution", checksum: bundleChecksum(body), body });
    executions.push({ id, withheld: body.withheld });
  }
  await line({ kind: "end", executions: executions.length, sources: sources.size });
  return { executions, sources: sources.size, redacted: redact };
};

/** Nothing in it depends on how a terminal, a mail or an editor treats characters. */
const asciiJson = (content: BundleLine): string =>
  JSON.stringify(content).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Each once, a parent before its children. */
const withChildren = async ({ store }: EngineParts, asked: readonly string[]): Promise<readonly string[]> => {
  const found = new Set<string>();
  const open = [...new Set(asked)].reverse();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    if (found.size > MAX_EXECUTIONS)
      throw fail("USAGE", { problem: `More than ${MAX_EXECUTIONS} executions`, next: "Use `wf db backup`." });
    open.push(...(await store.bundles.children(id)).toReversed());
  }
  return [...found];
};

const read = async ({ store }: EngineParts, id: string): Promise<StoredBundle> => {
  const stored = await store.bundles.read(id);
  if (stored === undefined) throw fail("EXECUTION_NOT_FOUND", { id });
  return stored;
};

const bodyOf = (stored: StoredBundle, redact: boolean): BundledExecution => {
  const masked = withoutSecrets({ ...stored, withheld: withheldOf(stored.execution) });
  return redact ? redacted(masked) : masked;
};

const sourcesOf = ({ execution }: StoredBundle): readonly string[] =>
  [execution.startSource, execution.sourceHash].filter((hash) => hash !== null);

const writeSource = async (store: EngineParts["store"], hash: string, line: (content: BundleLine) => Promise<void>): Promise<boolean> => {
  const source = await store.sources.find(hash);
  if (source === undefined) return false;
  const body = { hash, savedAt: source.savedAt, files: Buffer.from(source.files).toString("base64") };
  await line({ kind: "source", checksum: bundleChecksum(body), body });
  return true;
};
