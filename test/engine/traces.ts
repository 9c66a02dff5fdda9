/** A look for a secret in the raw files of a database. */
import { existsSync, readFileSync } from "node:fs";
import { expect } from "bun:test";

import { copyDatabase } from "../../src/sqlite/backup.ts";
import { encodingsIn } from "../model/canaries.ts";

/** In the database, its WAL and its index, and in a copy of it. */
export const expectNoTrace = (file: string, canary: string): void => {
  const copy = `${file}.copy`;
  copyDatabase(file, copy, "test");
  for (const path of [file, `${file}-wal`, `${file}-shm`, copy]) {
    if (existsSync(path)) expect([path, encodingsIn(readFileSync(path), canary)]).toEqual([path, []]);
  }
};
