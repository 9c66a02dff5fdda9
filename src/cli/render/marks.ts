/**
 * One sign and one colour for each status, of steps and of executions. What each colour says stands at `Style`.
 */
import type { ExecutionStatus, StepStatus } from "../../model/status.ts";
import type { Look } from "./look.ts";

type Paint = "red" | "green" | "yellow" | "cyan" | "magenta" | "dim";
type Sign = readonly [unicode: string, ascii: string, paint: Paint];

const STEPS: Readonly<Record<StepStatus, Sign>> = {
  running: ["▸", ">", "cyan"],
  retrying: ["↻", "~", "yellow"],
  sleeping: ["◷", "o", "magenta"],
  waiting: ["◷", "o", "magenta"],
  completed: ["✓", "+", "green"],
  failed: ["✗", "x", "red"],
  "in-doubt": ["?", "?", "red"],
  cancelled: ["–", "-", "dim"],
  skipped: ["–", "-", "dim"],
};

const EXECUTIONS: Readonly<Record<ExecutionStatus, Sign>> = {
  pending: ["·", ".", "cyan"],
  running: ["▸", ">", "cyan"],
  sleeping: ["◷", "o", "magenta"],
  waiting: ["◷", "o", "magenta"],
  paused: ["‖", "=", "magenta"],
  blocked: ["■", "!", "red"],
  completed: ["✓", "+", "green"],
  failed: ["✗", "x", "red"],
  cancelled: ["–", "-", "dim"],
};

export const stepMark = (status: StepStatus, look: Look): string => sign(STEPS[status], look);
export const executionMark = (status: ExecutionStatus, look: Look): string => sign(EXECUTIONS[status], look);

/** The colour of a status word. */
export const paintOf = (status: ExecutionStatus, look: Look): ((text: string) => string) => look.style[EXECUTIONS[status][2]];

const sign = ([unicode, ascii, paint]: Sign, look: Look): string => look.style[paint](look.isUnicode === false ? ascii : unicode);
