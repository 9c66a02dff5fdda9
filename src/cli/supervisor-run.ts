/**
 * The supervisor at work: asks `supervisor.ts` what to do about each thing that happens, and does it, until it is told to stop.
 *
 * It looks at the workflow files once a second. Everything it touches is given, so tests run it without processes and without time.
 */
import type { LogDaemon } from "./supervisor-log.ts";
import { changeDetector } from "./supervisor-watch.ts";
import type { SpawnWorker, WorkerProcess } from "./supervisor-worker.ts";
import {
  type Action,
  beginSupervision,
  decide,
  type Decision,
  type Happening,
  type Settings,
  type Supervision,
  TICK_MS,
} from "./supervisor.ts";

export interface SupervisorParts {
  readonly spawn: SpawnWorker;
  readonly log: LogDaemon;
  /** Of the workflow files. */
  fingerprint(): Promise<string>;
  after(ms: number, fn: () => void): () => void;
  readonly signal: AbortSignal;
  /** `graceMs` is that of the worker's steps, until the worker says another. */
  readonly settings: Settings;
  /** For the log. */
  readonly databaseFile: string;
}

const LOOK_EVERY_TICKS = 4;
/** On top of the grace of its steps, for writing down what they did and closing the database. */
const SETTLE_MS = 2_000;

/** Gives the exit code that a hopeless worker ended with; null when the daemon was told to stop. */
export const superviseWorker = async (parts: SupervisorParts): Promise<number | null> => {
  const isChange = changeDetector(await parts.fingerprint());
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  const settingsFor = (graceMs: number): Settings => ({ ...parts.settings, graceMs: graceMs + SETTLE_MS });
  let settings = settingsFor(parts.settings.graceMs);
  let state: Supervision;
  let worker: WorkerProcess | undefined;

  const happen = (happening: Happening): void => follow(decide(state, happening, settings));
  const follow = ({ next, actions }: Decision): void => {
    state = next;
    for (const action of actions) act(action);
  };
  const act = (action: Action): void => {
    switch (action.type) {
      case "spawn":
        worker = parts.spawn({
          onMessage(message) {
            if (message.type === "serving") settings = settingsFor(message.graceMs);
            happen({ type: "heard" });
            const { type, ...rest } = message;
            if (type === "left") parts.log({ event: "execution", ...(rest as Omit<Extract<typeof message, { type: "left" }>, "type">) });
          },
          onExit: (exit) => happen({ type: "exited", exit }),
        });
        return parts.log({ event: "started", pid: worker.pid, databaseFile: parts.databaseFile });
      case "terminate":
        return worker?.terminate();
      case "kill":
        return worker?.kill();
      case "log":
        return parts.log(action.event);
      case "end":
        return resolve(action.code);
      default:
        return action satisfies never;
    }
  };

  let ticks = 0;
  let isLooking = false;
  let cancelTick = (): void => {};
  const onTick = (): void => {
    cancelTick = parts.after(TICK_MS, onTick);
    happen({ type: "tick" });
    if (++ticks % LOOK_EVERY_TICKS === 0 && !isLooking) void look();
  };
  const look = async (): Promise<void> => {
    isLooking = true;
    if (isChange(await parts.fingerprint())) happen({ type: "files-changed" });
    isLooking = false;
  };
  const onStop = (): void => happen({ type: "stop", signal: String(parts.signal.reason) });

  follow(beginSupervision());
  cancelTick = parts.after(TICK_MS, onTick);
  if (parts.signal.aborted) onStop();
  else parts.signal.addEventListener("abort", onStop, { once: true });
  try {
    return await ended;
  } finally {
    cancelTick();
    parts.signal.removeEventListener("abort", onStop);
  }
};
