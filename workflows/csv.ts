/**
 * CSV as RFC 4180 has it: commas, line breaks of either kind, fields in double quotes that may hold both, a doubled quote for a quote.
 *
 * This file defines no workflow; workflows beside it import it.
 */

/** @returns one record a line, by the names of the first line; a field that a line lacks is an empty text, and one too many is dropped */
export const parseCsv = (text: string): Readonly<Record<string, string>>[] => {
  const [names = [], ...rows] = lines(text.replace(/^\ufeff/, ""));
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
};

/** A field, then what ends it: a comma, a line break, or the end of the text. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

const lines = (text: string): string[][] => {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const start = FIELD.lastIndex;
    const match = FIELD.exec(text);
    if (match === null)
      throw new Error(`The CSV cannot be read from character ${start + 1}: ${JSON.stringify(text.slice(start, start + 40))}`);
    const [, quoted, plain = "", end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, ""]); // the text ends with a comma
  return rows.filter((fields) => fields.length > 1 || fields[0] !== "");
};
