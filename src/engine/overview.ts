/** What a person asks of all executions: the overview, which one is meant, and why one does not move. */
import { decodeStoredError } from "./stored-error.ts";
import type { ListFilter } from "../model/client.ts";
import { fail } from "../model/errors.ts";
import { formatDuration } from "../model/duration.ts";
import { toIsoOfStored as toIso } from "../model/instant.ts";
import { nextFactsOf } from "../model/next-command.ts";
import type { ExecutionRecord } from "../model/records.ts";
import { isTerminal } from "../model/status.ts";
import { suggest } from "../model/suggest.ts";
import type { OverviewView, WhyView } from "../model/views.ts";
import type { Host } from "./host.ts";
import { executionView } from "./reading.ts";
import type { Store, StoredHistory } from "./store.ts";
import { codeOf } from "./values.ts";
import { explainWhy } from "./why.ts";

/** Due for longer than this without a tick or daemon: somebody should know. */
const OVERDUE_MS = 5 * 60_000;

export const overview = async (
  store: Store,
  { clock, processes }: Pick<Host, "clock" | "processes">,
  filter: ListFilter & { readonly limit: number },
): Promise<OverviewView> => {
  const now = clock.now();
  const counts = await store.counts(filter);
  const executions = await store.list(filter);
  const nextWakeAt = await store.nextWakeAt();
  const lastTickAt = await store.lastTickAt();
  return {
    counts,
    executions: executions.map(executionView),
    nextWakeAt: nextWakeAt === null ? null : toIso(nextWakeAt),
    lastTickAt: lastTickAt === null ? null : toIso(lastTickAt),
    warnings: [...overdue(nextWakeAt, lastTickAt, now), ...(await left(store, processes, executions)), ...(await held(store))],
  };
};

/** Schedules whose slots wait for somebody to mend them. */
const held = async (store: Store): Promise<readonly string[]> =>
  (await store.schedules.all()).flatMap(({ name, problem, pausedAt }) =>
    problem === null || pausedAt !== null ? [] : [`the slots of schedule "${name}" wait: ${problem}`],
  );

/** Executions that are shown as running although their process is gone: nothing runs there, and somebody should know. */
const left = async (store: Store, processes: Host["processes"], executions: readonly ExecutionRecord[]): Promise<readonly string[]> => {
  const running = executions.filter(({ status }) => status === "running");
  const owners = await Promise.all(running.map(({ id }) => store.ownerOf(id)));
  const gone = running.filter((_, at) => {
    const owner = owners[at];
    return owner !== undefined && processes.liveness(owner) === "dead";
  });
  if (gone.length === 0) return [];
  const ids = gone.slice(0, 3).map(({ id }) => id);
  const which = gone.length > ids.length ? `${ids.join(", ")} and ${gone.length - ids.length} more` : ids.join(", ");
  return [`the process of ${which} has died in the middle: \`wf tick\` or \`wf daemon\` takes up what it left`];
};

const overdue = (nextWakeAt: number | null, lastTickAt: number | null, now: number): readonly string[] => {
  if (nextWakeAt === null || now - nextWakeAt < OVERDUE_MS) return [];
  if (lastTickAt !== null && now - lastTickAt < OVERDUE_MS) return [];
  const since = lastTickAt === null ? "no tick or daemon has ever been seen" : `no tick or daemon for ${formatDuration(now - lastTickAt)}`;
  return [`${since}: executions are due and nothing takes them up. Run \`wf daemon\`, or \`wf tick\` from cron`];
};

/** Takes an id, a unique prefix of one, or `@last`. */
export const resolveId = async (store: Store, reference: string): Promise<string> => {
  if (reference === "@last") {
    const id = await store.latestId();
    if (id === undefined) throw fail("EXECUTION_NOT_FOUND", { id: reference });
    return id;
  }
  if ((await store.execution(reference)) !== undefined) return reference;
  const matches = reference === "" ? [] : await store.idsStartingWith(reference, 6);
  if (matches.length > 1) throw fail("ID_AMBIGUOUS", { prefix: reference, matches });
  if (matches[0] !== undefined) return matches[0];
  const recent = (await store.list({ limit: 50 })).map(({ id }) => id);
  throw fail("EXECUTION_NOT_FOUND", { id: reference.slice(0, 200), suggestion: suggest(reference, recent) });
};

const messageOf = (errorText: string): string => {
  try {
    return decodeStoredError(errorText).message;
  } catch {
    return "(damaged)";
  }
};

/** Why a damaged one does not move can be said without its steps. */
const readableHistory = async (store: Store, id: string): Promise<ReadableHistory> => {
  try {
    return (await store.history(id)) ?? NOTHING;
  } catch (error) {
    if (codeOf(error) === "CORRUPT") return { ...NOTHING, damage: (error as Error).message };
    throw error;
  }
};

type ReadableHistory = Pick<StoredHistory, "steps" | "panics" | "decisions"> & { readonly damage?: string };

const NOTHING = { steps: [], panics: [], decisions: [] } as const;

const latest = (instants: readonly (number | null)[]): number | null =>
  instants.reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);

export const whyOf = async (store: Store, host: Host, execution: ExecutionRecord): Promise<WhyView> => {
  const owner = await store.ownerOf(execution.id);
  const { steps, panics, decisions, damage } = await readableHistory(store, execution.id);
  const { openSteps, isUndone } = nextFactsOf(steps);
  const openError = isTerminal(execution.status) ? undefined : openSteps.find((step) => step.errorText !== null)?.errorText;
  const errorText = openError ?? execution.errorText;
  return explainWhy({
    execution,
    openSteps,
    isUndone,
    damage,
    decision: decisions.at(-1),
    movedAt: latest([...steps.map(({ finishedAt }) => finishedAt), ...panics.map(({ at }) => at), execution.startedAt]),
    owner,
    ownerLiveness: owner === undefined ? undefined : host.processes.liveness(owner),
    lastTickAt: await store.lastTickAt(),
    now: host.clock.now(),
    cancelRequested: await store.isCancelRequested(execution.id),
    place: await store.place(execution.id),
    lastError: errorText === null ? null : { message: messageOf(errorText) },
  });
};
