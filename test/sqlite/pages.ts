/**
 * Where the rows of a table lie in a database file, for tests that damage them.
 *
 * Only tables that fit on one page: https://sqlite.org/fileformat2.html, sections 1.6 and 2.1.
 */
import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";

export const PAGE_BYTES = 4_096;

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface Cell extends Span {
  /** Of its record: the header's length, then the type of each column, in a byte each where values are short. */
  readonly header: number;
}

const TABLE_LEAF = 0x0d;
const INDEX_LEAF = 0x0a;

export function cellsOf(file: string, table: string): readonly Cell[] {
  const database = new Database(file, { readonly: true });
  const root =
    database.query<{ rootpage: number }, [string]>("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table)?.rootpage ?? 0;
  database.close();
  const start = (root - 1) * PAGE_BYTES;
  const page = readFileSync(file).subarray(start, start + PAGE_BYTES);
  const type = page[0];
  if (type !== TABLE_LEAF && type !== INDEX_LEAF) throw new Error(`${table} does not fit on one page`);
  return Array.from({ length: page.readUInt16BE(3) }, (_, at) => {
    const cell = page.readUInt16BE(8 + 2 * at);
    const size = varint(page, cell);
    const rowid = type === TABLE_LEAF ? varint(page, size.next) : size;
    return { from: start + cell, to: start + rowid.next + size.value, header: start + rowid.next };
  });
}

function varint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let next = at; next < at + 9; next++) {
    const byte = bytes[next] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, next: next + 1 };
  }
  throw new Error("a number that is larger than any length");
}
