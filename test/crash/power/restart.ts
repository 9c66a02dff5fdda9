/**
 * The machine starts again: the files that the disk still has, put into a folder and opened.
 *
 * SQLite rolls back a journal or reads a WAL at its first access. What it then shows, page by page, is the image; two states of a disk that
 * show the same image are the same database.
 */
import { constants, Database } from "bun:sqlite";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseConnection } from "../../../src/sqlite/connection.ts";
import { openFile } from "../../../src/sqlite/open-file.ts";
import { SCHEMA } from "../../../src/sqlite/schema.ts";
import { realHost } from "../../sqlite/machine.ts";
import type { Files } from "./disk.ts";
import { databaseOf } from "./workload.ts";

/** `bytes` is empty for a file without a page, or none at all. */
export type Recovered = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Memory, where there is such a folder: what is written here needs to survive nothing. */
const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

const NOISE_BYTES = 32_768;

const NOTHING = new Uint8Array();

export class Restart {
  readonly folder = mkdtempSync(join(SCRATCH, "wf-power-"));
  readonly #file = databaseOf(this.folder);

  put(files: Files): void {
    for (const name of readdirSync(this.folder)) if (!files.has(name)) rmSync(join(this.folder, name));
    for (const [name, bytes] of files) writeFileSync(join(this.folder, name), bytes, { mode: 0o600 });
  }

  recover(): Recovered {
    if (!existsSync(this.#file)) return { bytes: NOTHING };
    let database: Database | undefined;
    try {
      database = new Database(this.#file, constants.SQLITE_OPEN_READWRITE);
      const pages = database.prepare("PRAGMA page_count");
      const count = pages.values()[0]?.[0];
      pages.finalize();
      return { bytes: count === 0 ? NOTHING : database.serialize() };
    } catch (error) {
      return { problem: `SQLite cannot read it: ${String(error)}` };
    } finally {
      database?.close();
    }
  }

  /** The shared memory of a WAL is a file too, and may hold anything after a power loss; nobody may believe it. */
  putNoise(): void {
    writeFileSync(`${this.#file}-shm`, Buffer.alloc(NOISE_BYTES, 0xaa), { mode: 0o600 });
  }

  /** The same through the product, which refuses some files that SQLite takes. Gives what it says against this one. */
  problemOfProduct(): string | undefined {
    const opening = openFile(this.#file, { create: true, durability: "full", newest: SCHEMA.version, busyTimeoutMs: 0 });
    if ("problem" in opening) return `the product refuses it: ${opening.problem.problem}`;
    opening.opened.database.close();
    return undefined;
  }

  /** Whether the product can begin to work with it: brings the schema up to date and compares it. */
  async problemOfSetup(): Promise<string | undefined> {
    const opened = await DatabaseConnection.open(this.#file, { create: true, host: realHost() });
    if (!opened.ok) return `the product cannot set it up: ${opened.error.message}`;
    opened.value.close();
    return undefined;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
