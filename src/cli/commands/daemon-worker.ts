/**
 * `wf daemon-worker`: the process that `wf daemon` starts. It serves until it is told to end, or until its supervisor has gone.
 *
 * A heartbeat every few seconds says that the event loop turns.
 */
import { writeSync } from "node:fs";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { countOption, durationOption, usage } from "../option-values.ts";
import { BEAT_MS, type WorkerMessage, writeMessage } from "../supervisor-messages.ts";

/** @param supervisorGone aborts when the supervisor is no longer there */
export const workerUnder = (supervisorGone: () => AbortSignal): Command => ({
  usage: "daemon-worker",
  summary: "the process that wf daemon starts and watches",
  options: {
    "--channel <fd>": "the open descriptor for messages to the supervisor",
    "--concurrency <n>": "executions carried at the same time (default: wf.config.ts, or 1000)",
    "--grace <duration>": "how long running steps may go on once it is told to end (default: wf.config.ts, or 10s)",
  },
  examples: ["wf daemon-worker --channel 3"],
  async run({ options }, context) {
    const channel = countOption(options, "channel", 1_000);
    // Without it, descriptor 3 may be any file at all.
    if (channel === undefined) throw usage("wf daemon-worker is started by wf daemon only", "Run `wf daemon`.");
    const { holdMs, ...settings } = context.configuration.settings.daemon;
    const concurrency = countOption(options, "concurrency", 10_000) ?? settings.concurrency;
    const drainGraceMs = durationOption(options, "grace") ?? settings.graceMs;
    const client = await context.client({ create: true, role: "daemon" });
    tell(channel, { type: "serving", graceMs: drainGraceMs });
    const stopBeating = beat(context, channel);
    try {
      await client.serve({
        signal: AbortSignal.any([context.signal, supervisorGone()]),
        ...{ holdMs, concurrency, drainGraceMs },
        onProgress(progress) {
          if (progress.type !== "left") return;
          const { executionId, status, reason, wakeAt } = progress;
          tell(channel, { type: "left", executionId, status, reason, wakeAt });
        },
      });
      return EXIT.ok;
    } finally {
      stopBeating();
    }
  },
});

function beat(context: CommandContext, channel: number): () => void {
  let cancel = (): void => {};
  const next = (): void => {
    tell(channel, { type: "beat" });
    cancel = context.after(BEAT_MS, next);
  };
  next();
  return () => cancel();
}

/** A message that finds no room is dropped: a supervisor that was stopped must not stop its worker. */
function tell(channel: number, message: WorkerMessage): void {
  try {
    writeSync(channel, writeMessage(message));
  } catch {
    // Its supervisor has gone; the end of standard input says so too, and the worker drains.
  }
}

/** Aborts when standard input ends: the supervisor holds its other end, and the kernel closes it however the supervisor dies. */
function endOfInput(): AbortSignal {
  const controller = new AbortController();
  const watch = async (): Promise<void> => {
    const reader = Bun.stdin.stream().getReader();
    while (!(await reader.read()).done);
  };
  const end = (): void => controller.abort("SIGTERM");
  watch().then(end, end);
  return controller.signal;
}

export const daemonWorker: Command = workerUnder(endOfInput);
