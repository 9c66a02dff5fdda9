/**
 * Names and values, the values aligned:
 *
 *     workflow  signup v2
 *     input     {
 *                 "email": "a@example.com"
 *               }
 */
import { padTo, widthOf } from "./fit.ts";
import type { Look } from "./look.ts";

/** The text is safe to show already; `null` leaves the field out. */
export type Field = readonly [name: string, text: string | null];

const GAP = 2;

export const renderFields = (fields: readonly Field[], look: Look): string => {
  const shown = fields.flatMap(([name, text]) => (text === null || text === "" ? [] : [{ name, text }]));
  const column = fieldColumn(shown.map(({ name }) => name));
  return shown.map(({ name, text }) => look.style.dim(padTo(name, column)) + text.replaceAll("\n", `\n${" ".repeat(column)}`)).join("\n");
};

/** Where the values begin. */
export const fieldColumn = (names: readonly string[]): number => Math.max(0, ...names.map(widthOf)) + GAP;
