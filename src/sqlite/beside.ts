/**
 * A second connection of this process to its own file, for writes that may be lost to a power failure without harm: removals come back, and
 * are made again.
 *
 * Their commits sync nothing (`synchronous=NORMAL`), so that they hold the lock for as long as they write, and not for as long as the disk
 * takes; nor do they wait for, or hold up, what the store's own queue commits together. What callers may rely on: the order of commits in
 * the file is that of all connections, also after a power failure, and a later synced commit makes the earlier ones last.
 */
import type { StoreHost } from "../engine/store.ts";
import { unwrap } from "../model/result.ts";
import { DatabaseConnection } from "./connection.ts";

export class Beside {
  readonly #file: string;
  readonly #host: StoreHost;
  #opening: Promise<DatabaseConnection> | undefined;

  constructor(file: string, host: StoreHost) {
    this.#file = file;
    this.#host = host;
  }

  /** Opened on first use. @throws DB_UNUSABLE, BUSY */
  open(): Promise<DatabaseConnection> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined; // the next one tries again
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<DatabaseConnection> {
    return unwrap(await DatabaseConnection.open(this.#file, { create: false, durability: "normal", host: this.#host }));
  }

  async close(): Promise<void> {
    // One that could not be opened has told so already.
    (await this.#opening?.catch(() => undefined))?.close();
  }
}
