/**
 * The log of `wf daemon`: one line an event, `<ISO time> <words>` on standard error, or a JSON line on standard output with -o json.
 */
import { formatDuration } from "../model/duration.ts";
import { toIso } from "../model/instant.ts";
import { isLoss } from "./out-lost.ts";
import type { Out } from "./out.ts";
import { line } from "./render/safe.ts";
import type { WorkerMessage } from "./supervisor-messages.ts";
import type { SupervisorEvent, WorkerExit } from "./supervisor.ts";

export type DaemonEvent =
  | SupervisorEvent
  | { readonly event: "started"; readonly pid: number; readonly databaseFile: string }
  | ({ readonly event: "execution" } & Omit<Extract<WorkerMessage, { type: "left" }>, "type">);

export type LogDaemon = (event: DaemonEvent) => void;

export const daemonLog =
  (out: Out, now: () => number): LogDaemon =>
  (event) => {
    const at = toIso(now());
    if (out.format === "text") return out.note(`${at} ${wordsOf(event)}`);
    try {
      out.line({ at, ...documentOf(event), message: wordsOf(event) }, () => "");
    } catch (lost) {
      // A disk that is full for its log is no reason to leave executions lying.
      if (!isLoss(lost)) throw lost;
      out.note(`${at} ${wordsOf(event)}`);
    }
  };

/** Times are ISO in documents. */
const documentOf = (event: DaemonEvent): object => (event.event === "execution" ? { ...event, wakeAt: isoOf(event.wakeAt) } : event);

function wordsOf(event: DaemonEvent): string {
  switch (event.event) {
    case "started":
      return `worker ${event.pid} started on ${line(event.databaseFile)}`;
    case "exited":
      return `worker ${exitWords(event.exit)}; restarting ${event.restartInMs === 0 ? "now" : `in ${formatDuration(event.restartInMs)}`}`;
    case "outdated":
      return "workflow files changed; starting a new worker once the old one has drained";
    case "hung":
      return `worker is hung: no heartbeat for ${formatDuration(event.silentMs)}; killing it`;
    case "killed":
      return `worker did not end within ${formatDuration(event.graceMs)}; killing it`;
    case "stopping":
      return `${event.signal} received; draining, once more stops at once`;
    case "stopped":
      return "stopped";
    case "execution":
      return `${line(event.executionId)} ${event.status}${reasonWords(event.reason)}${untilWords(event.wakeAt)}`;
    default:
      return event satisfies never;
  }
}

const exitWords = ({ code, signal }: WorkerExit): string => (signal === null ? `ended with code ${code}` : `was killed by ${signal}`);
const reasonWords = (reason: string | null): string => (reason === null ? "" : ` (${line(reason)})`);
const untilWords = (wakeAt: number | null): string => (wakeAt === null ? "" : ` until ${isoOf(wakeAt)}`);
const isoOf = (at: number | null): string | null => (at === null ? null : toIso(at));
