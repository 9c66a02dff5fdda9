/**
 * Goal: what one process can rely on holds when many share the file, and when some of them are killed.
 *
 * Method: real processes, let loose at the same moment. Each says what it has seen, and the file is asked afterwards.
 */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import type { Store } from "../../src/engine/store.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { execution, NOW, worker } from "../suites/store/samples.ts";
import { type Folder, identityOf, makeFolder, realHost } from "./machine.ts";

let folder: Folder;
let children: Child[];
beforeEach(() => {
  folder = makeFolder();
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.kill();
  folder.remove();
});

class Child {
  readonly #process;
  readonly #lines: AsyncIterator<string>;

  /** @param wrapper a command that runs the rest of its arguments */
  constructor(part: string, options: object, wrapper: readonly string[] = []) {
    const argv = [...wrapper, process.execPath, join(import.meta.dir, "process.ts"), part, folder.file, JSON.stringify(options)];
    this.#process = Bun.spawn(argv, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
    this.#lines = linesOf(this.#process.stdout);
    children.push(this);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The next thing it says. */
  async next<T = unknown>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the process ended with ${await this.#process.exited}`);
    return JSON.parse(value) as T;
  }

  /** Everything it has said and not yet been asked for, once it has ended. */
  async rest(): Promise<readonly unknown[]> {
    const said: unknown[] = [];
    for (let line = await this.#lines.next(); line.done !== true; line = await this.#lines.next()) said.push(JSON.parse(line.value));
    return said;
  }

  go(): void {
    this.#process.stdin.write("go\n");
    this.#process.stdin.flush();
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#process.kill(signal);
    await this.#process.exited;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

/** Starts them, and lets them loose together once all are loaded. */
async function race(count: number, part: string, options: object = {}): Promise<readonly Child[]> {
  const started = Array.from({ length: count }, () => new Child(part, options));
  for (const child of started) expect(await child.next()).toBe("ready");
  for (const child of started) child.go();
  return started;
}

const next = <T>(racers: readonly Child[]): Promise<T[]> => Promise.all(racers.map((child) => child.next<T>()));

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openSqliteStore({ file: folder.file, create: true, host: realHost() });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const me = () => ({ ...worker("me"), ...identityOf(process.pid), seenAt: Date.now() });

describe("many processes at once", () => {
  test("that all start on a new file all succeed, and it is set up once", async () => {
    for (let round = 0; round < 3; round++) {
      const racers = await race(8, "start");
      expect(await next(racers)).toEqual(Array(8).fill("opened"));
      const database = new Database(folder.file, { readonly: true });
      expect(database.query("SELECT count(*) AS n FROM migrations").get()).toEqual({ n: SCHEMA.version });
      expect(database.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      database.close();
      folder.remove();
      folder = makeFolder();
    }
  });

  test("that claim 200 due executions get each once", async () => {
    await withStore(async (store) => {
      await Promise.all(Array.from({ length: 200 }, (_, at) => store.create(execution(`e${at}`), {})));
    });
    const racers = await race(16, "claim");
    const ids = (await next<string[]>(racers)).flat();
    expect(ids).toHaveLength(200);
    expect(new Set(ids).size).toBe(200);
  });

  test("that create the same execution create it once", async () => {
    const racers = await race(8, "create", { id: "same" });
    expect((await next<boolean>(racers)).filter((created) => created)).toHaveLength(1);
  });

  test("that commit as fast as they can get about the same, and none waits long", async () => {
    // Other load can keep a process from the processor, so a window that is not fair is measured again; unfair locking never gets fair.
    let fairness = 0;
    let worstMs = Number.POSITIVE_INFINITY;
    for (let window = 0; window < 8 && (fairness < 0.5 || worstMs >= 1_000); window++) {
      const results = await next<{ commits: number; worstMs: number }>(await race(8, "commit", { ms: 1_500 }));
      const commits = results.map((result) => result.commits);
      fairness = Math.min(...commits) / Math.max(...commits);
      worstMs = Math.max(...results.map((result) => result.worstMs));
    }
    expect(fairness).toBeGreaterThanOrEqual(0.5);
    expect(worstMs).toBeLessThan(1_000);
  });
});

describe("the owner of an execution", () => {
  test("that is killed loses it at once, and everything it was told is stored is there", async () => {
    for (let round = 0; round < 4; round++) {
      const [owner] = await race(1, "steps", { id: `a${round}` });
      if (owner === undefined) throw new Error("no process");
      expect(await owner.next()).toBe("owner");
      for (let order = 1; order <= 3 + round * 7; order++) expect(await owner.next()).toBe(order);
      await owner.kill();
      const last = Number((await owner.rest()).at(-1) ?? 3 + round * 7);
      await withStore(async (store) => {
        const { claimed } = await store.claimDue({ worker: me(), now: Date.now(), limit: 9 });
        expect(claimed).toMatchObject([{ lease: { executionId: `a${round}` }, pass: 2, execution: { panics: 1, restarts: 1 } }]);
        const orders = (await store.history(`a${round}`))?.steps.map(({ order }) => order) ?? [];
        expect(orders.length).toBeGreaterThanOrEqual(last);
        expect(orders).toEqual(orders.map((_, at) => at + 1));
        await store.removeWorker("me", Date.now());
        await store.requestCancel(`a${round}`, { at: NOW, reason: null });
      });
    }
  });

  test("that lives is never robbed, with no heartbeat since 1970 and a blocked event loop", async () => {
    const [owner] = await race(1, "block", { seenAt: 0, ms: 400 });
    if (owner === undefined) throw new Error("no process");
    expect(await owner.next()).toBe("owner");
    await withStore(async (store) => {
      for (let look = 0; look < 20; look++) {
        expect(await store.claimDue({ worker: me(), now: Date.now() + 1e9, limit: 9 })).toEqual({ claimed: [], blocked: [] });
        expect(await store.claimOne("a", { worker: me(), now: Date.now() })).toBeUndefined();
      }
      expect((await store.ownerOf("a"))?.pid).toBe(owner.pid);
    });
    expect(await owner.next()).toBe("done");
  });

  test("that died between claim and first step is found by its start time, though its pid is used again", async () => {
    await withStore(async (store) => {
      const reused = { ...me(), id: "gone", startTime: "1" };
      await store.create(execution("a"), { claimFor: reused });
      const { claimed } = await store.claimDue({ worker: me(), now: Date.now(), limit: 9 });
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual(["a"]);
    });
  });
});

test("writes that the system refuses are refused with its error, and leave what was stored before", async () => {
  // No file may grow past some hundred KiB: SQLite sees an I/O error in the middle of a COMMIT.
  const filler = new Child("fill", {}, ["sh", "-c", 'ulimit -f 1500; exec "$@"', "sh"]);
  expect(await filler.next()).toBe("ready");
  filler.go();
  const { code, stored, found } = await filler.next<{ code: string; stored: number; found: number }>();
  expect(code).toMatch(/^SQLITE_(IOERR_WRITE|FULL)$/);
  expect(stored).toBeGreaterThan(5);
  expect(found).toBe(stored);
  await withStore(async (store) => {
    expect((await store.history("a"))?.steps.map(({ order }) => order)).toEqual(Array.from({ length: stored }, (_, at) => at + 1));
  });
});
