/** `wf daemon`: a supervisor with one worker process. The worker carries executions; the supervisor sees to it that there is one. */
import type { Command } from "../command.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { countOption, durationOption } from "../option-values.ts";

/** Until the worker has said what the project's settings are. */
const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_HUNG_AFTER_MS = 60_000;
/** Beats come every 5 s; less than three of them would kill a worker for a hiccup. */
const MIN_HUNG_AFTER_MS = 15_000;

export const daemon: Command = {
  usage: "daemon",
  summary: "serve deadlines and new executions as they come",
  details:
    "One worker process carries what is due. It is restarted when it dies, when it hangs, and when a workflow file\n" +
    "or wf.config.ts changes.\n" +
    "SIGTERM or Ctrl-C drains: running steps get --grace to finish, everything else is parked.\n" +
    "A second one stops at once. Nothing is lost by either.\n" +
    "The log goes to standard error, one line an event; with -o json to standard output, one document a line.",
  options: {
    "--concurrency <n>": "executions carried at the same time (default: wf.config.ts, or 1000)",
    "--grace <duration>": "how long running steps may go on once the worker is told to end (default: wf.config.ts, or 10s)",
    "--hung-after <duration>": "kill a worker whose event loop stood still for so long (default: 1m, at least 15s)",
  },
  examples: ["wf daemon", "wf daemon --dir /srv/app --grace 30s", "wf daemon -o json >> daemon.log"],
  async run({ options }, context) {
    const concurrency = countOption(options, "concurrency", 10_000);
    const graceMs = durationOption(options, "grace");
    const hungAfterMs = Math.max(MIN_HUNG_AFTER_MS, durationOption(options, "hungAfter") ?? DEFAULT_HUNG_AFTER_MS);
    const { root, databaseFile, signal, out } = context;
    const concurrencyArgs = concurrency === undefined ? [] : ["--concurrency", String(concurrency)];
    const graceArgs = graceMs === undefined ? [] : ["--grace", `${graceMs}ms`];
    const workerArgs = ["--dir", root, "--db", databaseFile, ...graceArgs, ...concurrencyArgs];
    const [{ superviseWorker }, { spawnWorker, workerCommand }, { fingerprintFiles }, { daemonLog }] = await Promise.all([
      import("../supervisor-run.ts"),
      import("../supervisor-worker.ts"),
      import("../supervisor-watch.ts"),
      import("../supervisor-log.ts"),
    ]);
    const after = (ms: number, fn: () => void): (() => void) => context.after(ms, fn);
    const code = await superviseWorker({
      spawn: spawnWorker(workerCommand(workerArgs), after),
      log: daemonLog(out, () => context.now()),
      fingerprint: () => fingerprintFiles(root),
      after,
      signal,
      settings: { graceMs: graceMs ?? DEFAULT_GRACE_MS, hungAfterMs },
      databaseFile,
    });
    if (code !== null) out.note(`the worker cannot start: see the error above (code ${code})`);
    return code ?? (signal.aborted ? exitOfSignal(signal.reason) : EXIT.ok);
  },
};
