/**
 * Damage that is known not to be noticed: each line is an open defect, with damage that shows it. A line whose damage is noticed by now
 * makes the rig red, so that it is taken away, and the rig is then strict about it for good.
 */
import type { Finding } from "./judge.ts";

export interface Gap {
  readonly name: string;
  /** @param isSound what SQLite's own check says of the damaged file */
  matches(finding: Finding, isSound: () => boolean): boolean;
  /** SQL that does what one flipped bit can do, or a byte and its new value; `undefined` where it lies depends on the rows. */
  readonly shownBy: string | readonly [offset: number, to: number] | undefined;
}

const of = ({ question }: Finding): string => question.slice(question.indexOf("/") + 1);

export const GAPS: readonly Gap[] = [
  {
    // `executions.steps` is as old as the last change of the state: a step recorded since, whose key is struck, was never there.
    name: "a step that was recorded since the state last changed is not missed",
    matches: (finding) => finding.kind === "state" && of(finding) === "orphan" && /"steps":\[\]|,\[\]\]$/.test(finding.said),
    shownBy: "DELETE FROM steps WHERE execution_id = 'orphan'",
  },
  {
    // Rows are found through indexes, which no checksum covers. A check of the whole file tells it; nothing does so by itself.
    name: "a damaged index hides what it leads to",
    matches: ({ kind, said }, isSound) => (kind === "lost" || (kind === "event" && said === "[]")) && !isSound(),
    shownBy: undefined,
  },
  {
    // The fingerprint of the schema does not cover where its tables begin, and a row without a checksum passes for one of an older schema.
    name: "a page of another table is read as events",
    matches: ({ kind }, isSound) => kind === "event" && !isSound(),
    shownBy: undefined,
  },
];
