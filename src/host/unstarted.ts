/** Why a program could not be started: for now, for want of something that the system has run out of, or for good. */
import { isPanicError } from "../model/panic.ts";

/** ETXTBSY: somebody is writing the program just now. */
const TEMPORARY: ReadonlySet<unknown> = new Set(["EAGAIN", "ETXTBSY"]);

export const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

/** Another try may start it: a system without memory or processes is another matter than a program that nobody can start. */
export const mayStartLater = (error: unknown): boolean => isPanicError(error) || TEMPORARY.has(codeOf(error));

/** @param said of the codes that mean something else for each kind of program, or nothing */
export const problemOf = (error: unknown, said: Readonly<Record<string, string>>): string => {
  const code = codeOf(error);
  if (code === "EACCES") return "the system does not let this user execute it";
  return said[String(code)] ?? (error as Error).message;
};
