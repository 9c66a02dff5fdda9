/**
 * What a worker tells its supervisor, one JSON line each, over a pipe of their own.
 *
 *     {"type":"serving","graceMs":10000}                           it has read its settings, and begins
 *     {"type":"beat"}                                              it is alive: its event loop turns
 *     {"type":"left","executionId":"…","status":"completed",…}     it let go of an execution
 *
 * A line that is no message is passed over: a worker of the next version may say more.
 */
import { EXECUTION_STATUSES, type ExecutionStatus } from "../model/status.ts";

export type WorkerMessage =
  | {
      readonly type: "serving";
      /** How long its steps may go on once it is told to end. */
      readonly graceMs: number;
    }
  | { readonly type: "beat" }
  | {
      readonly type: "left";
      readonly executionId: string;
      readonly status: ExecutionStatus;
      readonly reason: string | null;
      readonly wakeAt: number | null;
    };

/** A beat this often, against the minute after which a worker counts as hung. */
export const BEAT_MS = 5_000;

/** No message is near it; a line that grows past it is not one. */
const MAX_LINE = 64 * 1024;

export const writeMessage = (message: WorkerMessage): string => `${JSON.stringify(message)}\n`;

/** Takes chunks of text as they come, and gives the messages that they complete. */
export const messageReader = (): ((chunk: string) => readonly WorkerMessage[]) => {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) rest = "";
    return lines.flatMap((text) => readMessage(text) ?? []);
  };
};

function readMessage(text: string): WorkerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type, graceMs, executionId, status, reason, wakeAt } = value as Readonly<Record<string, unknown>>;
  if (type === "beat") return { type };
  if (type === "serving" && typeof graceMs === "number") return { type, graceMs };
  const known = EXECUTION_STATUSES.find((each) => each === status);
  if (type !== "left" || typeof executionId !== "string" || known === undefined) return undefined;
  return {
    type,
    executionId,
    status: known,
    reason: typeof reason === "string" ? reason : null,
    wakeAt: typeof wakeAt === "number" ? wakeAt : null,
  };
}
