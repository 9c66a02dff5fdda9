/**
 * All commands by name, each loaded when it is asked for.
 *
 * Names and summaries stand here as well as in the commands, so that help loads none of them; a test holds the two equal.
 */
import type { Command } from "./command.ts";
import { DEFAULT_POLICY, type SignalPolicy } from "./signals.ts";

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: "Starting" | "Carrying on" | "In scripts" | "Looking" | "Deciding";
  readonly load: () => Promise<Command>;
  readonly signals: SignalPolicy;
  /** It carries nothing: once nobody reads its output any more, it ends. */
  readonly isReading: boolean;
  /** It runs code of workflow files, which may print. */
  readonly runsWorkflows: boolean;
  /** What becomes of it where `wf.config.ts` is broken: `needed` it ends, `optional` it warns and goes on; `none` never asks. */
  readonly config: "needed" | "optional" | "none";
  /** Not for people: left out of help and suggestions. */
  readonly isHidden: boolean;
}

type Given = Pick<CommandEntry, "name" | "summary" | "load"> &
  Partial<Pick<CommandEntry, "signals" | "isHidden" | "isReading" | "runsWorkflows" | "config">>;

const PLAIN = { signals: DEFAULT_POLICY, isHidden: false };
const ACTING = { isReading: false, runsWorkflows: true, config: "needed" } as const;
const LOOKING = { isReading: true, runsWorkflows: false, config: "optional" } as const;
const MAKING = { isReading: false, runsWorkflows: false, config: "none" } as const;
const starting = (entry: Given): CommandEntry => ({ ...PLAIN, ...MAKING, group: "Starting", ...entry });
const carrying = (entry: Given): CommandEntry => ({ ...PLAIN, ...ACTING, group: "Carrying on", ...entry });
const scripting = (entry: Given): CommandEntry => ({ ...PLAIN, ...MAKING, group: "In scripts", ...entry });
const looking = (entry: Given): CommandEntry => ({ ...PLAIN, ...LOOKING, group: "Looking", ...entry });
const deciding = (entry: Given): CommandEntry => ({ ...PLAIN, ...ACTING, group: "Deciding", ...entry });

export const COMMANDS: readonly CommandEntry[] = [
  starting({
    name: "init",
    summary: "make a project, or renew its types after an upgrade",
    load: async () => (await import("./commands/init.ts")).init,
  }),
  starting({
    name: "new",
    summary: "make a workflow file from a template",
    load: async () => (await import("./commands/new.ts")).newCommand,
  }),
  starting({
    name: "completion",
    summary: "print what bash, zsh or fish needs to complete wf by a key",
    load: async () => (await import("./commands/completion.ts")).completion,
  }),
  carrying({
    name: "run",
    summary: "start a workflow and carry it as far as it goes",
    load: async () => (await import("./commands/run.ts")).run,
  }),
  carrying({
    name: "wait",
    summary: "carry executions on here until they end, park or are blocked",
    load: async () => (await import("./commands/wait.ts")).wait,
  }),
  carrying({
    name: "resume",
    summary: "take paused, blocked or parked executions up again, here",
    load: async () => (await import("./commands/resume.ts")).resume,
  }),
  carrying({
    name: "restart",
    summary: "take executions up again that crashed too often, here",
    load: async () => (await import("./commands/restart.ts")).restart,
  }),
  carrying({
    name: "retry",
    summary: "try failed executions again from the step that failed, here",
    load: async () => (await import("./commands/retry.ts")).retry,
  }),
  carrying({
    name: "resolve",
    summary: "settle a step by hand, and go on here",
    load: async () => (await import("./commands/resolve.ts")).resolve,
  }),
  carrying({
    name: "fork",
    summary: "start a new execution that keeps what came before a step",
    load: async () => (await import("./commands/fork.ts")).fork,
  }),
  carrying({
    name: "rerun",
    summary: "start the same workflow with the same input anew, here",
    load: async () => (await import("./commands/rerun.ts")).rerun,
  }),
  carrying({
    name: "tick",
    summary: "carry on all that is due now, then exit",
    load: async () => (await import("./commands/tick.ts")).tick,
  }),
  carrying({
    name: "daemon",
    summary: "serve deadlines and new executions as they come",
    load: async () => (await import("./commands/daemon.ts")).daemon,
    // It outlives the terminal that started it.
    signals: { ignored: ["SIGHUP"], repeated: "exit" },
    // Code that hangs or dies must not take the supervisor along: its worker reads the settings.
    config: "none",
  }),
  carrying({
    name: "daemon-worker",
    summary: "the process that wf daemon starts and watches",
    load: async () => (await import("./commands/daemon-worker.ts")).daemonWorker,
    // A whole group may be told to end (Ctrl-C, systemd), and the supervisor tells it too: these are one and the same wish.
    signals: { ignored: ["SIGHUP"], repeated: "nothing" },
    isHidden: true,
  }),
  scripting({
    name: "begin",
    summary: "in a script outside of workflows/: begin an execution, or go on with it",
    load: async () => (await import("./commands/begin.ts")).begin,
  }),
  scripting({
    name: "step",
    summary: "in a script: run a command once, and print the same ever after",
    load: async () => (await import("./commands/step.ts")).step,
  }),
  scripting({
    name: "sleep",
    summary: "in a script: wait, however long, also across restarts",
    load: async () => (await import("./commands/sleep.ts")).sleep,
  }),
  scripting({
    name: "wait-event",
    summary: "in a script: wait for an event, and print its payload as JSON",
    load: async () => (await import("./commands/wait-event.ts")).waitEvent,
  }),
  scripting({
    name: "end",
    summary: "in a script: say its output, or that it has failed",
    load: async () => (await import("./commands/end.ts")).end,
  }),
  looking({
    name: "list",
    summary: "the workflows found",
    runsWorkflows: true,
    load: async () => (await import("./commands/list.ts")).list,
  }),
  looking({
    name: "status",
    summary: "all executions at a glance, or one in detail",
    load: async () => (await import("./commands/status.ts")).status,
  }),
  looking({
    name: "history",
    summary: "the steps of an execution with attempts, durations and errors",
    load: async () => (await import("./commands/history.ts")).history,
  }),
  looking({
    name: "why",
    summary: "why an execution does not move, and the command that moves it on",
    load: async () => (await import("./commands/why.ts")).why,
  }),
  looking({
    name: "check",
    summary: "replay unfinished executions against the code that is there now, without running a step",
    runsWorkflows: true,
    load: async () => (await import("./commands/check.ts")).check,
  }),
  looking({ name: "logs", summary: "what an execution has logged", load: async () => (await import("./commands/logs.ts")).logs }),
  looking({ name: "events", summary: "the stream of all that happens", load: async () => (await import("./commands/events.ts")).events }),
  looking({
    name: "stats",
    summary: "how long executions and steps take, and how often they fail",
    load: async () => (await import("./commands/stats.ts")).stats,
  }),
  looking({ name: "graph", summary: "which steps came before which", load: async () => (await import("./commands/graph.ts")).graph }),
  looking({ name: "sql", summary: "ask the database, read-only", load: async () => (await import("./commands/sql.ts")).sql }),
  looking({
    name: "schedule",
    summary: "list, pause, try and make up for what the clock starts",
    runsWorkflows: true,
    load: async () => (await import("./commands/schedule.ts")).schedule,
    isReading: false,
  }),
  looking({
    name: "db",
    summary: "check, repair, back up and measure the database",
    load: async () => (await import("./commands/db.ts")).db,
    isReading: false,
  }),
  looking({
    name: "doctor",
    summary: "examine the database and what it stands on",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  }),
  looking({
    name: "export",
    summary: "write executions to a bundle, a portable file",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  }),
  looking({
    name: "import",
    summary: "keep the executions of a bundle here",
    load: async () => (await import("./commands/import.ts")).importCommand,
    isReading: false,
  }),
  looking({
    name: "prune",
    summary: "remove executions that are over, with all that belongs to them",
    load: async () => (await import("./commands/prune.ts")).prune,
    isReading: false,
  }),
  deciding({ name: "send", summary: "send an event to an execution", load: async () => (await import("./commands/send.ts")).send }),
  deciding({
    name: "cancel",
    summary: "stop executions",
    load: async () => (await import("./commands/cancel.ts")).cancel,
    // Nothing may stand between a person and what has to stop.
    config: "optional",
  }),
  deciding({
    name: "pause",
    summary: "hold executions until `wf resume`",
    load: async () => (await import("./commands/pause.ts")).pause,
    config: "optional",
  }),
  deciding({
    name: "wake",
    summary: "end a sleep, or the wait before another attempt, now",
    load: async () => (await import("./commands/wake.ts")).wake,
  }),
  deciding({
    name: "inbox",
    summary: "approvals that are waited for",
    load: async () => (await import("./commands/inbox.ts")).inbox,
  }),
  deciding({
    name: "approve",
    summary: "say yes to an approval",
    load: async () => (await import("./commands/approve.ts")).approve,
  }),
  deciding({
    name: "reject",
    summary: "say no to an approval",
    load: async () => (await import("./commands/reject.ts")).reject,
  }),
];

export const findCommand = (name: string): CommandEntry | undefined => COMMANDS.find((entry) => entry.name === name);
