/**
 * A database in which one column of one row holds something hostile, and an engine that is asked everything of it and made to carry on what
 * it can.
 *
 * What has to hold: every error is one of the catalogue, nothing hangs, and the executions whose rows were not touched are shown and
 * carried as they would have been.
 */
import { Database } from "bun:sqlite";
import { WfliteError } from "../../../src/model/errors.ts";
import { CATALOGUE } from "../../../src/model/catalogue.ts";
import { recompute } from "./checksums.ts";
import type { Dice } from "./dice.ts";
import { FAR, IDS, openProcess, settled } from "./fixture.ts";
import { HOSTILE_SQL } from "./hostile.ts";

const TABLES = ["executions", "steps", "events", "attempts", "logs", "workers", "meta", "workflows"] as const;
type Table = (typeof TABLES)[number];

/** As SQL, where it is no column `execution_id`. The one worker is the dead owner of the orphan, which goes by what is said of it. */
const OWNERS: Readonly<Partial<Record<Table, string>>> = { executions: "id", workers: "'orphan'" };

export interface Mutation {
  readonly table: Table;
  /** Of the execution the row belongs to; "" for rows that are nobody's. */
  readonly owner: string;
  readonly column: string;
  readonly value: string;
  /** Whether the checksum was made right again, so that what stands behind it is reached. */
  readonly isRight: boolean;
}

interface Place {
  readonly table: Table;
  readonly columns: readonly string[];
  /** One a row: how to find it, and whose it is. */
  readonly rows: readonly { readonly where: string; readonly owner: string }[];
}

/** Where the fixture has rows. */
export const placesOf = (file: string): readonly Place[] => {
  const database = new Database(file, { readonly: true });
  try {
    return TABLES.map((table) => {
      const info = database.query<{ name: string; pk: number }, []>(`SELECT name, pk FROM pragma_table_info('${table}')`).all();
      const keys = info.filter(({ pk }) => pk > 0).map(({ name }) => name);
      const owner = OWNERS[table] ?? (info.some(({ name }) => name === "execution_id") ? "execution_id" : "''");
      const where = keys.map((key) => `'${key} IS ' || quote(${key})`).join(" || ' AND ' || ");
      const rows = database
        .query<{ where: string; owner: string }, []>(`SELECT ${where} AS "where", ${owner} AS owner FROM ${table}`)
        .all();
      return { table, columns: info.map(({ name }) => name).filter((name) => name !== "checksum"), rows };
    });
  } finally {
    database.close();
  }
};

/** Does one that the table takes. Rows of executions and steps are struck as often as all others. */
export const mutate = (file: string, places: readonly Place[], dice: Dice): Mutation => {
  const database = new Database(file);
  try {
    database.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
    for (;;) {
      const { table, columns, rows } = dice.of(dice.chance(0.5) ? places.slice(0, 2) : places);
      const { where, owner } = dice.of(rows);
      // (A last number that is the largest there is leaves no room for another row: that SQLite calls a full disk, and so do we.)
      const [column, value, isRight] = [dice.of(columns), dice.of(HOSTILE_SQL), dice.chance(0.5)];
      if ((column === "cursor" || column === "seq") && value.startsWith("92")) continue;
      try {
        if (database.run(`UPDATE ${table} SET ${column} = ${value} WHERE ${where} AND ${column} IS NOT (${value})`).changes === 0) continue;
      } catch {
        continue; // the column does not take it
      }
      // Where the name of the row itself was struck it is found no more, so all rows are made right.
      if (isRight) recompute(database, table);
      return { table, owner, column, value: value.slice(0, 80), isRight };
    }
  } finally {
    database.run("PRAGMA journal_mode = WAL");
    database.close();
  }
};

export interface Told {
  /** By execution: how it is shown before and after the sweep. */
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  readonly ledger: Readonly<Record<string, string>>;
  /** Errors that are none of the catalogue, and calls that did not come back. */
  readonly problems: readonly string[];
}

const isOurs = (error: unknown): boolean => error instanceof WfliteError && Object.hasOwn(CATALOGUE, error.code);

/** Everything that a command asks of an engine, and a sweep in between. */
export const tell = async (file: string): Promise<Told> => {
  const problems: string[] = [];
  const lines: string[] = [];
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  const attempted = async (what: string, call: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await settled(process, call());
    } catch (error) {
      if (!isOurs(error)) problems.push(`${what} threw ${String(error).slice(0, 200)}`);
      return `refused: ${(error as { code?: string }).code}`;
    }
  };
  let process: Awaited<ReturnType<typeof openProcess>>;
  try {
    process = await openProcess({ file, startAt: FAR, ledger: (line) => lines.push(line) });
  } catch (error) {
    if (!isOurs(error)) problems.push(`opening threw ${String(error).slice(0, 200)}`);
    return { before, after, ledger: {}, problems };
  }
  const { engine } = process;
  const shown = async (into: Record<string, string>): Promise<void> => {
    await attempted("list", () => engine.list({ limit: 99 }));
    await attempted("overview", () => engine.overview({ limit: 99 }));
    for (const id of IDS) {
      const status = await attempted(`status of ${id}`, () => engine.getStatus(id));
      const history = await attempted(`history of ${id}`, () => engine.history(id));
      const logs = await attempted(`logs of ${id}`, () => engine.logs(id));
      into[id] = textOf([status, history, logs]);
    }
  };
  await shown(before);
  for (const id of IDS) await attempted(`why ${id}`, () => engine.why(id));
  await attempted("tick", () => engine.tick());
  await shown(after);
  await attempted("closing", () => engine.close());
  const ledger = Object.fromEntries(IDS.map((id) => [id, lines.filter((line) => line.startsWith(`${id} `)).join()]));
  return { before, after, ledger, problems };
};

const textOf = (value: unknown): string => {
  try {
    return JSON.stringify(value, withoutTimes);
  } catch {
    return "a value that holds itself, or what JSON has no text for"; // a stored value may be so
  }
};

/** When something happened in the sweep, and the how manieth line of the log it was, depends on what else did. */
const withoutTimes = (key: string, value: unknown): unknown => (/At$|^at$|^cursor$/.test(key) ? undefined : value);

export const describeMutation = ({ table, owner, column, value, isRight }: Mutation): string =>
  `${table}.${column} of "${owner}" = ${value}${isRight ? ", checksum right" : ""}`;

/** What is wrong with what was told of a mutated database, against what is told of the whole one. */
export const wrongs = (truth: Told, told: Told, { owner, value }: Mutation): readonly string[] => {
  const wrong = [...told.problems];
  // A row may have been given to another execution: that one is struck too.
  const others = IDS.filter((id) => id !== owner && value !== `'${id}'`);
  for (const id of others) {
    if (told.before[id] !== undefined && told.before[id] !== truth.before[id]) wrong.push(`${id} is shown otherwise`);
    if (told.after[id] !== undefined && told.after[id] !== truth.after[id])
      wrong.push(`${id} is carried otherwise: ${told.after[id]?.slice(0, 300)}`);
    if (told.ledger[id] !== undefined && told.ledger[id] !== truth.ledger[id]) wrong.push(`${id} ran otherwise: ${told.ledger[id]}`);
  }
  return wrong;
};
