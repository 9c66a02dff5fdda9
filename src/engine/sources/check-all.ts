/**
 * Every execution that is not over, page by page, some at a time; told in order.
 *
 * What callers may rely on: however many there are, no more than a page of them is in memory, and each workflow is loaded once.
 */
import type { CheckOptions, CheckReport, CheckView } from "../../model/clients/sources.ts";
import { isTerminal } from "../../model/status.ts";
import type { Definitions } from "../definitions.ts";
import type { LoadedWorkflow } from "../host.ts";
import type { Runtime } from "../runtime.ts";
import type { Store, StoredHistory } from "../store.ts";
import type { UnfinishedCursor } from "../store/sources.ts";
import { asError, codeOf } from "../values.ts";
import { replayDry } from "./check.ts";
import { codeOfStart } from "./code-change.ts";

const PAGE = 200;
/** Their histories are in memory at the same time. */
const AT_ONCE = 64;
const DEFAULT_GRACE_MS = 300;

export interface CheckParts {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly definitions: Definitions;
}

export const checkAll = async (parts: CheckParts, options: CheckOptions): Promise<CheckReport> => {
  const runtime = { ...parts.runtime, graceMs: options.graceMs ?? DEFAULT_GRACE_MS };
  const look = once((name: string) => parts.definitions.look(name));
  const problems: CheckView[] = [];
  let checked = 0;
  for await (const ids of pagesOf(parts.store, options)) {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      if (options.signal?.aborted) return { checked, problems };
      const views = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => checkOne({ ...parts, runtime, look }, id, options)));
      for (const view of views) {
        if (view === undefined) continue;
        if (!view.script) checked++;
        if (view.verdict !== "ok") problems.push(view);
        options.onChecked?.(view);
      }
    }
  }
  return { checked, problems };
};

async function* pagesOf(store: Store, { ids, workflow }: CheckOptions): AsyncGenerator<readonly string[]> {
  if (ids !== undefined) return yield [...new Set(ids)];
  let after: UnfinishedCursor | undefined;
  do {
    const page = await store.sources.unfinished({ after, workflow, limit: PAGE });
    yield page.executions.map(({ id }) => id);
    after = page.next;
  } while (after !== undefined);
}

type Look = (name: string) => Promise<LoadedWorkflow | { readonly missing: string }>;

const once = (look: Look): Look => {
  const found = new Map<string, ReturnType<Look>>();
  return (name) => {
    const known = found.get(name) ?? look(name);
    found.set(name, known);
    return known;
  };
};

/** Undefined for one that is over by now. */
const checkOne = async (
  { store, runtime, look }: CheckParts & { readonly look: Look },
  id: string,
  { workflow }: CheckOptions,
): Promise<CheckView | undefined> => {
  let history: StoredHistory | undefined;
  try {
    history = await store.history(id);
  } catch (error) {
    if (codeOf(error) !== "CORRUPT") throw error;
    return { id, workflow: workflow ?? "", ...NOTHING, verdict: "damaged", detail: asError(error).message };
  }
  if (history === undefined || isTerminal(history.execution.status)) return undefined;
  const { execution, steps } = history;
  if (workflow !== undefined && execution.workflow !== workflow) return undefined;
  const facts = { id, workflow: execution.workflow, ...NOTHING, recorded: steps.filter(({ order }) => order !== null).length };
  if (execution.isPinned) return { ...facts, pinned: true, ...(await lookForKept(store, codeOfStart(execution))) };
  const found = await look(execution.workflow);
  if ("missing" in found) return { ...facts, verdict: "definition-missing", detail: found.missing };
  if (found.definition.script !== undefined) return { ...facts, script: true };
  return { ...facts, ...(await replayDry(runtime, found, history)) };
};

const NOTHING = {
  ...{ verdict: "ok", detail: null, recorded: 0, next: [], ends: null, pinned: false, script: false },
} as const satisfies Partial<CheckView>;

const lookForKept = async (store: Store, hash: string | null): Promise<Pick<CheckView, "verdict" | "detail">> =>
  hash !== null && (await store.sources.find(hash)) !== undefined
    ? { verdict: "ok", detail: null }
    : { verdict: "definition-missing", detail: "The code of its start, on which it runs, is not kept any more" };
