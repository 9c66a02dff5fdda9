/**
 * The decisions of `wf daemon`: when a worker is started, told to end, or killed. A pure function of what happened; `supervisor-run.ts`
 * acts.
 *
 *                   ┌── exit, dead ──► waiting (0, 1, 2, 4 … 30 s) ──┐
 *                   │                      │ files changed           │
 *     spawn ──► serving ◄──────────────────┴─────────────────────────┘
 *                   │
 *                   ├── files changed ──► draining ── exit ──► serving      (the new worker starts when the old one has ended)
 *                   ├── no heartbeat ───► killing ─── exit ──► waiting
 *                   └── stop ───────────► draining ── exit ──► stopped
 *                                            └─ grace over: kill
 *
 * What callers may rely on:
 *   1. There is never more than one worker.
 *   2. A worker that is told to end has its grace, and no worker outlives it.
 *   3. Time that this process itself did not run (a suspended laptop, SIGSTOP) counts for nobody: only ticks count.
 *   4. A worker that says at its start that it can never work ends the daemon with its code, instead of being restarted for ever.
 */
export interface Settings {
  /** Between being told to end and being killed. */
  readonly graceMs: number;
  /** Without a heartbeat for so long a worker is hung. */
  readonly hungAfterMs: number;
}

/** How long between two ticks of the supervisor. */
export const TICK_MS = 250;

/** A worker that lived this long was sound; what ends it later is a new trouble. */
const SOUND_AFTER_MS = 60_000;
const MAX_DELAY_MS = 30_000;
/** Bad usage, no project, unusable database: trying again changes nothing as long as no worker has ever worked. */
const HOPELESS_CODES: readonly (number | null)[] = [2, 4, 8];

export interface WorkerExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

export type Happening =
  | { readonly type: "tick" }
  | { readonly type: "heard" }
  | { readonly type: "exited"; readonly exit: WorkerExit }
  | { readonly type: "files-changed" }
  | { readonly type: "stop"; readonly signal: string };

export type Action =
  | { readonly type: "spawn" }
  | { readonly type: "terminate" }
  | { readonly type: "kill" }
  | { readonly type: "end"; readonly code: number | null }
  | { readonly type: "log"; readonly event: SupervisorEvent };

/** What the log tells, one line each. `started` is told by whoever starts, who knows the pid. */
export type SupervisorEvent =
  | { readonly event: "exited"; readonly exit: WorkerExit; readonly restartInMs: number }
  | { readonly event: "outdated" }
  | { readonly event: "hung"; readonly silentMs: number }
  | { readonly event: "killed"; readonly graceMs: number }
  | { readonly event: "stopping"; readonly signal: string }
  | { readonly event: "stopped" };

export type Phase =
  | { readonly name: "serving"; readonly silentMs: number; readonly aliveMs: number }
  | { readonly name: "draining"; readonly leftMs: number; readonly then: "restart" | "stop" }
  | { readonly name: "killing"; readonly then: "restart" | "stop" }
  | { readonly name: "waiting"; readonly leftMs: number }
  | { readonly name: "stopped" };

export interface Supervision {
  readonly phase: Phase;
  /** Workers that ended unasked, one after the other. */
  readonly failures: number;
  /** Some worker has worked. */
  readonly hasServed: boolean;
}

export interface Decision {
  readonly next: Supervision;
  readonly actions: readonly Action[];
}

export const beginSupervision = (): Decision => spawned({ phase: { name: "stopped" }, failures: 0, hasServed: false });

export const decide = (state: Supervision, happening: Happening, settings: Settings): Decision => {
  switch (happening.type) {
    case "tick":
      return onTick(state, settings);
    case "heard":
      return state.phase.name === "serving" ? still({ ...state, hasServed: true, phase: { ...state.phase, silentMs: 0 } }) : still(state);
    case "exited":
      return onExit(state, happening.exit);
    case "files-changed":
      return onChange(state, settings);
    case "stop":
      return onStop(state, happening.signal, settings);
    default:
      return happening satisfies never;
  }
};

function onTick(state: Supervision, { graceMs, hungAfterMs }: Settings): Decision {
  const { phase } = state;
  switch (phase.name) {
    case "serving": {
      const silentMs = phase.silentMs + TICK_MS;
      const aliveMs = phase.aliveMs + TICK_MS;
      if (silentMs >= hungAfterMs)
        return to(state, { name: "killing", then: "restart" }, log({ event: "hung", silentMs }), { type: "kill" });
      return still({ ...state, failures: aliveMs >= SOUND_AFTER_MS ? 0 : state.failures, phase: { ...phase, silentMs, aliveMs } });
    }
    case "draining": {
      const leftMs = phase.leftMs - TICK_MS;
      if (leftMs > 0) return to(state, { ...phase, leftMs });
      return to(state, { name: "killing", then: phase.then }, log({ event: "killed", graceMs }), { type: "kill" });
    }
    case "waiting": {
      const leftMs = phase.leftMs - TICK_MS;
      return leftMs > 0 ? to(state, { ...phase, leftMs }) : spawned(state);
    }
    case "killing":
    case "stopped":
      return still(state);
    default:
      return phase satisfies never;
  }
}

function onExit(state: Supervision, exit: WorkerExit): Decision {
  const { phase } = state;
  switch (phase.name) {
    case "draining":
      return phase.then === "stop" ? stopped(state) : spawned(state);
    case "killing":
      return phase.then === "stop" ? stopped(state) : afterFailure(state, exit);
    case "serving":
      if (!state.hasServed && HOPELESS_CODES.includes(exit.code)) return to(state, { name: "stopped" }, { type: "end", code: exit.code });
      return afterFailure(state, exit);
    case "waiting":
    case "stopped":
      return still(state);
    default:
      return phase satisfies never;
  }
}

function afterFailure(state: Supervision, exit: WorkerExit): Decision {
  const restartInMs = state.failures === 0 ? 0 : Math.min(MAX_DELAY_MS, 1_000 * 2 ** (state.failures - 1));
  const failed: Supervision = { ...state, failures: state.failures + 1 };
  const told = log({ event: "exited", exit, restartInMs });
  if (restartInMs > 0) return to(failed, { name: "waiting", leftMs: restartInMs }, told);
  const { next, actions } = spawned(failed);
  return { next, actions: [told, ...actions] };
}

function onChange(state: Supervision, { graceMs }: Settings): Decision {
  const outdated = log({ event: "outdated" });
  if (state.phase.name === "serving")
    return to(state, { name: "draining", leftMs: graceMs, then: "restart" }, outdated, { type: "terminate" });
  if (state.phase.name !== "waiting") return still(state);
  // The change may well be the cure, so it is tried at once.
  const { next, actions } = spawned(state);
  return { next, actions: [outdated, ...actions] };
}

function onStop(state: Supervision, signal: string, { graceMs }: Settings): Decision {
  const { phase } = state;
  const stopping = log({ event: "stopping", signal });
  switch (phase.name) {
    case "serving":
      return to(state, { name: "draining", leftMs: graceMs, then: "stop" }, stopping, { type: "terminate" });
    case "draining":
    case "killing":
      return to(state, { ...phase, then: "stop" }, stopping);
    case "waiting": {
      const { next, actions } = stopped(state);
      return { next, actions: [stopping, ...actions] };
    }
    case "stopped":
      return still(state);
    default:
      return phase satisfies never;
  }
}

const spawned = (state: Supervision): Decision => to(state, { name: "serving", silentMs: 0, aliveMs: 0 }, { type: "spawn" });
const stopped = (state: Supervision): Decision => to(state, { name: "stopped" }, log({ event: "stopped" }), { type: "end", code: null });

const still = (next: Supervision): Decision => ({ next, actions: [] });
const to = (state: Supervision, phase: Phase, ...actions: readonly Action[]): Decision => ({ next: { ...state, phase }, actions });
const log = (event: SupervisorEvent): Action => ({ type: "log", event });
