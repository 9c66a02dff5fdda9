/**
 * Executions that are here to be looked at: values of them were left out when they were exported, so nothing of them may run.
 *
 * Their `origin` says so. Whatever would have one go on, or takes its values for another, asks here first; the store refuses it besides.
 */
import { fail } from "./fail-late.ts";
import type { ExecutionRecord } from "./records.ts";
import type { Withheld } from "./clients/bundles.ts";

const BEGINNING = "import without values: ";

export const originWithout = (withheld: Withheld): string => BEGINNING + withheld;

export const withheldOf = ({ origin }: Pick<ExecutionRecord, "origin">): Withheld | null =>
  origin?.startsWith(BEGINNING) === true ? (origin.slice(BEGINNING.length) as Withheld) : null;

/** @throws FOR_LOOKING when it is one of them */
export const assertWhole = (record: Pick<ExecutionRecord, "id" | "origin">): void => {
  if (record.origin === null) return;
  const withheld = withheldOf(record);
  if (withheld !== null) throw fail("FOR_LOOKING", { id: record.id, withheld });
};
