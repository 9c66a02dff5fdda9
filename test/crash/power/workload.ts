/**
 * The work that is recorded, as both sides know it: the program that does it, and the judge that reads a database after the power loss.
 *
 * What a step returns follows from the execution and the step alone, so the judge knows it without having seen it.
 */

/** `off` is no setting of the product: the self-test takes it to see whether the rig notices. */
export type Durability = "full" | "normal" | "off";

export interface Workload {
  readonly folder: string;
  readonly seed: number;
  readonly durability: Durability;
  readonly executions: number;
  readonly steps: number;
  /** How often the database is opened, worked on and closed. The last time it is not closed. */
  readonly sessions: number;
  /** Pages in the WAL that set off a checkpoint. The product's own number would make every replayed state megabytes large. */
  readonly checkpointPages: number;
}

export const databaseOf = (folder: string): string => `${folder}/.wf.db`;

/** Each acknowledgement is one line, appended by one call. */
export const acknowledgementsOf = (folder: string): string => `${folder}/acknowledged`;

/** From 0 up to 1, the same for the same words. */
export const drawnFrom = (...words: readonly (string | number)[]): number => Number(Bun.hash.xxHash64(words.join(" ")) >> 11n) / 2 ** 53;

export const executionId = (number: number): string => `e${number}`;

/** One in twelve is longer than a page, so that its row spreads over several. */
export const stepResult = (execution: string, step: number): { readonly of: string; readonly text: string } => {
  const lengthBytes = Math.floor((drawnFrom(execution, step) < 1 / 12 ? 6_000 : 300) * drawnFrom(execution, step, "length"));
  return { of: `${execution} ${step}`, text: `${execution}.${step}.`.repeat(Math.ceil(lengthBytes / 4)).slice(0, lengthBytes) };
};
