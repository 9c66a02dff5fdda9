/** DB_UNUSABLE as an error, for what stands behind the fast path. */
import { fail, WfliteError } from "../model/errors.ts";
import type { Problem } from "./problem.ts";
import { openingProblem, unusableProblem } from "./sqlite-errors.ts";

export const unusable = (file: string, problem: Problem, cause?: unknown): WfliteError => fail("DB_UNUSABLE", { file, ...problem }, cause);

/** SQLite's errors after which trying again is pointless become DB_UNUSABLE; all others, disk full above all, stay as they are. */
export function translated(error: unknown, file: string): unknown {
  if (error instanceof WfliteError) return error;
  const problem = unusableProblem(error);
  return problem === undefined ? error : unusable(file, problem, error);
}

/** The same for disk full and I/O errors too: for calls that a person has made, and that nobody will try again for them. */
export function explained(error: unknown, file: string): unknown {
  const problem = error instanceof WfliteError ? undefined : openingProblem(error);
  return problem === undefined ? error : unusable(file, problem, error);
}
