/**
 * One prepared statement that takes its parameters by name.
 *
 * bun:sqlite binds NULL for a named parameter that is missing, and can be made strict only in a way that excludes the flags a safe opening
 * needs. So the names are read from the statement once, and every call binds their values by place. What callers may rely on:
 *   1. A parameter that is missing is a bug that throws, never a NULL.
 *   2. `run` gives the number of rows changed.
 */
import type { Statement } from "bun:sqlite";
import { invariant } from "../model/invariant.ts";

export type SqlValue = string | number | null;
/** Bytes are bound where a statement names them; no row that is compared or summed holds any. */
export type Parameters = Readonly<Record<string, SqlValue | Uint8Array | undefined>>;

/** What can be asked for statements: a connection. */
export interface Queries {
  query<Row>(sql: string): Query<Row>;
}

export class Query<Row> {
  readonly #statement: Statement;
  readonly #names: readonly string[];

  constructor(sql: string, statement: Statement) {
    this.#statement = statement;
    this.#names = parameterNames(sql);
    invariant(statement.paramsCount === this.#names.length, `a statement has other parameters than $names: ${sql}`);
  }

  all(parameters?: Parameters): readonly Row[] {
    return this.#statement.all(...this.#values(parameters)) as Row[];
  }

  get(parameters?: Parameters): Row | undefined {
    return (this.#statement.get(...this.#values(parameters)) ?? undefined) as Row | undefined;
  }

  run(parameters?: Parameters): number {
    return this.#statement.run(...this.#values(parameters)).changes;
  }

  /**
   * By place, as SQLite numbers them, for statements that run once a step or an execution: a look-up for each name would be a tenth of
   * their cost. Gives the number of rows changed.
   */
  runValues(values: readonly SqlValue[]): number {
    if (values.length !== this.#names.length)
      throw new Error(`Bug in wflite: ${values.length} values for ${this.#names.length} parameters`);
    return this.#statement.run(values as SqlValue[]).changes; // an array is taken as the list of values, and need not be copied into one
  }

  finalize(): void {
    this.#statement.finalize();
  }

  #values(parameters: Parameters = {}): (SqlValue | Uint8Array)[] {
    const names = this.#names;
    const values = new Array<SqlValue | Uint8Array>(names.length);
    for (let at = 0; at < names.length; at++) {
      const value = parameters[names[at] as string];
      if (value === undefined) throw new Error(`Bug in wflite: parameter $${names[at]} of a statement has no value`);
      values[at] = value;
    }
    return values;
  }
}

/** In the order in which SQLite numbers them: that of their first appearance. */
const parameterNames = (sql: string): readonly string[] => [...new Set(sql.match(/\$\w+/g) ?? [])].map((name) => name.slice(1));
