/**
 * Which code an execution runs on, as its row says it.
 *
 *     sourceHash    of the last pass; from its creation on, so that a process that dies in the first pass leaves it behind
 *     startSource   null as long as that never changed; else the code of its start
 *
 * So most rows say nothing special, and the code of the start is `startSource`, or else `sourceHash`.
 */
import type { ExecutionRecord } from "../../model/records.ts";
import type { ExecutionChange } from "../store.ts";

/** Null when it is not known: the workflow was defined in a program, or the execution is older than the keeping of sources. */
export const codeOfStart = ({ startSource, sourceHash }: Pick<ExecutionRecord, "startSource" | "sourceHash">): string | null =>
  startSource ?? sourceHash;

/**
 * What a pass on this code changes; undefined when it is the code of the last one, or code that has no file.
 *
 * @param hasRecords something was recorded by an earlier pass: until then, this is the code of its start
 */
export const codeChange = (
  { startSource, sourceHash }: Pick<ExecutionRecord, "startSource" | "sourceHash">,
  hash: string,
  hasRecords: boolean,
): ExecutionChange | undefined => {
  if (hash === "" || hash === sourceHash) return undefined;
  const isStart = startSource !== null || !hasRecords || sourceHash === null;
  return isStart ? { sourceHash: hash } : { sourceHash: hash, startSource: sourceHash };
};
