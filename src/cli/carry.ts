/**
 * Carrying one execution in the foreground: what `run`, `wait`, `resume` and `restart` have in common.
 *
 *     carry ──► ends, parks or is blocked      exit code of that state
 *       │
 *       ├─ signal ──► parks at the next commit    130, 143, 129
 *       └─ --timeout ──► the same                 124, the execution goes on
 *
 * What callers may rely on:
 *   1. An execution that ended, or is blocked, gives its own exit code, also when a signal came at the same moment.
 *   2. After a signal or a time-out the command that goes on is printed.
 */
import type { Client } from "../model/client.ts";
import type { ProgressListener } from "../model/progress.ts";
import type { Disposition } from "../model/views.ts";
import { type Carried, exitOfCarried, hasStopped } from "./carried.ts";
import type { CommandContext, Invocation, OptionTable } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { durationOption, forbidTogether } from "./option-values.ts";
import { reportCarried } from "./report.ts";
import { watchProgress } from "./progress.ts";

export const CARRY_OPTIONS: OptionTable = {
  "--hold <duration>": "stay for waits up to this long (default: WF_HOLD, wf.config.ts, or 1m)",
  "--wait": "stay to the end, however long it waits",
  "--timeout <duration>": "stop after this long with exit code 124; a running step gets up to 10 s to finish, and tick or daemon goes on",
};

export const DETACH_OPTION: OptionTable = { "--detach": "do not carry it on here; tick or daemon does" };

export interface CarrySettings {
  /** Undefined where nothing was said: then the project's settings hold. */
  readonly holdMs: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly detach: boolean;
}

/** @throws ValidationError for durations that are none, and for options that say opposite things */
export const readCarrySettings = (options: Invocation["options"]): CarrySettings => {
  forbidTogether(options, ["detach", "wait", "hold"]);
  forbidTogether(options, ["detach", "timeout"]);
  return {
    holdMs: options["wait"] === true ? Infinity : durationOption(options, "hold"),
    timeoutMs: durationOption(options, "timeout"),
    detach: options["detach"] === true,
  };
};

/** A signal that also aborts after `timeoutMs`, and says by which it was. */
export interface Deadline {
  readonly signal: AbortSignal;
  stopped(): Carried["stopped"];
  clear(): void;
}

export const startDeadline = (context: Pick<CommandContext, "signal" | "after">, timeoutMs: number | undefined): Deadline => {
  const timeout = new AbortController();
  const clear = timeoutMs === undefined ? () => {} : context.after(timeoutMs, () => timeout.abort("timeout"));
  return {
    signal: AbortSignal.any([context.signal, timeout.signal]),
    stopped: () => (context.signal.aborted ? "signal" : timeout.signal.aborted ? "timeout" : undefined),
    clear,
  };
};

/** With what executions are carried; the same for all that a command carries. */
export interface CarryMeans {
  readonly client: Client;
  readonly holdMs: number;
  readonly deadline: Deadline;
  readonly onProgress: ProgressListener;
}

export const carryOnce = async (id: string, { client, holdMs, deadline, onProgress }: CarryMeans): Promise<Carried> => {
  const execution = await client.carry(id, { holdMs, signal: deadline.signal, onProgress });
  return { execution, stopped: hasStopped(execution) ? undefined : deadline.stopped() };
};

/** Carries it, shows the progress, prints what became of it. Gives the exit code. */
export const carryAndReport = async (
  context: CommandContext,
  client: Client,
  id: string,
  settings: CarrySettings,
  disposition?: Disposition,
): Promise<number> => {
  if (settings.detach) {
    await reportCarried(context, client, { carried: { execution: await client.getStatus(id), stopped: undefined }, disposition });
    return EXIT.ok;
  }
  const progress = await watchProgress(context, { alone: id });
  const deadline = startDeadline(context, settings.timeoutMs);
  try {
    const { holdMs = context.configuration.settings.holdMs } = settings;
    const carried = await carryOnce(id, { client, holdMs, deadline, onProgress: progress.listener });
    progress.stop();
    await reportCarried(context, client, { carried, disposition });
    return exitOfCarried(carried, context.signal);
  } catch (error) {
    progress.stop();
    if (codeOf(error) === "DB_UNUSABLE") context.out.note(`what was stored is kept: go on with \`wf wait ${id}\` once that is mended`);
    throw error;
  } finally {
    deadline.clear();
    progress.stop();
  }
};

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;
