/** `wf daemon`: a supervisor with one worker process. The worker carries executions; the supervisor sees to it that there is one. */
import type { Command, Invocation } from "../command.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { WITHOUT_IDS } from "../out-format.ts";
import { countOption, durationOption, flagOf, textOption, usage } from "../option-values.ts";
import { SCHEDULER_KINDS, SERVICE_ACTIONS } from "../service/scheduler.ts";

/** Until the worker has said what the project's settings are. */
const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_HUNG_AFTER_MS = 60_000;
/** Beats come every 5 s; less than three of them would kill a worker for a hiccup. */
const MIN_HUNG_AFTER_MS = 15_000;

export const daemon: Command = {
  usage: "daemon [action]",
  summary: "serve deadlines and new executions as they come",
  details:
    "One worker process carries what is due. It is restarted when it dies, when it hangs, and when a workflow file\n" +
    "or wf.config.ts changes.\n" +
    "SIGTERM or Ctrl-C drains: running steps get --grace to finish, everything else is parked.\n" +
    "A second one stops at once. Nothing is lost by either.\n" +
    "The log goes to standard error, one line an event; with -o json to standard output, one document a line.\n" +
    "\n" +
    "wf daemon install has the machine run it for good, by systemd, launchd or cron, and sees whether it does;\n" +
    "wf daemon status and wf daemon uninstall look at that, and take it away.",
  options: {
    "--concurrency <n>": "executions carried at the same time (default: wf.config.ts, or 1000)",
    "--grace <duration>": "how long running steps may go on once the worker is told to end (default: wf.config.ts, or 10s)",
    "--hung-after <duration>": "kill a worker whose event loop stood still for so long (default: 1m, at least 15s)",
    "--as <kind>": "install: systemd, launchd or cron (default: what this machine has)",
    "--use-env-file <file...>": "install: variables that it sets each time, as with --env-file; may be repeated",
    "--within <duration>": "install: how long to look whether it really runs (default: 150s; 0s: do not look)",
    "--print": "install: show what would be written, and change nothing",
  },
  choices: { action: SERVICE_ACTIONS, kind: SCHEDULER_KINDS },
  examples: [
    "wf daemon",
    "wf daemon --dir /srv/app --grace 30s",
    "wf daemon -o json >> daemon.log",
    "wf daemon install",
    "wf daemon install --as cron --print",
  ],
  formats: WITHOUT_IDS,
  async run({ args: [action], options }, context) {
    if (action !== undefined) {
      const { serviceAction } = await import("../service/service-command.ts");
      return serviceAction(action, { options, daemonOptions: daemonWords(options) }, context);
    }
    const stray = INSTALLING.find((key) => options[key] !== undefined && options[key] !== false);
    if (stray !== undefined) throw usage(`${flagOf(stray)} belongs to \`wf daemon install\``, "See `wf help daemon`.");
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

/** Options that mean nothing to a daemon that runs here. */
const INSTALLING = ["as", "useEnvFile", "within", "print"] as const;

/** Checked where they are used as well; here they must be known to be right before they are written down. */
const daemonWords = (options: Invocation["options"]): readonly string[] => {
  countOption(options, "concurrency", 10_000);
  durationOption(options, "grace");
  durationOption(options, "hungAfter");
  return ["concurrency", "grace", "hungAfter"].flatMap((key) => {
    const value = textOption(options, key);
    return value === undefined ? [] : [flagOf(key), value];
  });
};
