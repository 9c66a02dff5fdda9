/**
 * Values as text: inputs, outputs, payloads.
 *
 * What callers may rely on:
 *   1. A value that is plain JSON is shown as JSON, on one line where it fits, and can be copied out.
 *   2. What JSON lacks has a form of its own: `Map(1) { "a" => 1 }`, `Set(1) { 1 }`, `Date(2026-01-01T00:00:00.000Z)`, `10n`, `undefined`.
 *   3. Nothing is cut. Cycles are shown as `[circular]`. An object that is met again is `[same as .path]` where it holds objects itself, so
 *      that the text grows with the value and not with the number of ways through it.
 *   4. Nothing is thrown and no character acts on the terminal, whatever the value.
 */
import { flat, print, type Part } from "./layout.ts";
import { line } from "./safe.ts";
import { describe } from "./value-parts.ts";

/** @param columns that one line may take; the first of them is taken by `indent` columns of other text */
export const renderValue = (value: unknown, columns = 80, indent = 0): string => print(partOf(value), { columns, indent });

/** On one line, however long. */
export const renderValueFlat = (value: unknown): string => flat(partOf(value));

const partOf = (value: unknown): Part => {
  try {
    return describe(value);
  } catch {
    return line("[unreadable]");
  }
};
