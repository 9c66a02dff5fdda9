/** Opening a database in a test, and what refuses to be opened. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { exitOf, type WfliteError } from "../../src/model/errors.ts";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { Machine } from "./machine.ts";

export const open = (file: string, create = true) => DatabaseConnection.open(file, { create, host: new Machine().host() });

/** Makes a database and closes it again. */
export const create = async (file: string): Promise<void> => unwrap(await open(file)).close();

/** Opens what must be refused: with exit status 8, the file's name and what to do. */
export async function refusal(file: string, isCreating = true): Promise<WfliteError> {
  const result = await open(file, isCreating);
  if (result.ok) {
    result.value.close();
    throw new Error("it was opened");
  }
  expect(exitOf(result.error)).toBe(8);
  expect(result.error.code).toBe("DB_UNUSABLE");
  expect(result.error.message).toStartWith(`${file} cannot be used: `);
  expect(result.error.hint.length).toBeGreaterThan(10);
  return result.error;
}

export const bytes = (file: string): string => new Bun.CryptoHasher("sha256").update(readFileSync(file)).digest("hex");
