/**
 * The mark on what `wf daemon install` has written: who made it, and a sum of the text. What has no such mark is somebody else's, and what
 * no longer fits its sum has been changed by hand: neither is written over or removed.
 */
import { createHash } from "node:crypto";

const MARK = /made by `wf daemon install` \[([0-9a-f]{12})\]/;

const sumOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** @param place puts the mark into the text: in a comment, wherever that may stand */
export const sealed = (text: string, place: (mark: string) => string): string => place(`made by \`wf daemon install\` [${sumOf(text)}]`);

export type Ownership = "ours" | "changed" | "foreign";

/** @param without takes the mark out again, with all that was put around it */
export const ownershipOf = (text: string, without: (text: string) => string): Ownership => {
  const sum = MARK.exec(text)?.[1];
  if (sum === undefined) return "foreign";
  return sumOf(without(text)) === sum ? "ours" : "changed";
};
