/**
 * The place in the workflow that a failure belongs to.
 *
 * The error of a command is made where its end is noticed, deep inside wf. The line that a person looks for is the one that called it.
 */
import { WfliteError } from "../model/errors.ts";

/** Remembers the caller; what it gives hands errors on as if they had been made there. Errors that are not ours are left as they are. */
export const calledFromHere = (): ((error: unknown) => unknown) => {
  const here = new Error("here");
  return (error) => {
    const frames = here.stack?.split("\n").slice(1).join("\n");
    if (error instanceof WfliteError && frames) error.stack = `${error.name}: ${error.message}\n${frames}`;
    return error;
  };
};
