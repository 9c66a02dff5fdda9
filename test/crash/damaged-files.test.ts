/**
 * Goal: a database that cannot be used is refused by every command with exit 8, one sentence and what to do, and is left as it is, to the
 * last byte, with its WAL; and damage to one execution stops that one.
 *
 * Method: the real command on real files, damaged in one way each. What the store itself refuses, and more ways of it, stands in
 * `test/sqlite/open.test.ts`.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { MIGRATIONS } from "../../src/sqlite/migrations.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { type Execution, type Finished, type Playground, playground } from "../support/wf.ts";
import { diceOf } from "./corruption/dice.ts";
import { PLANTED } from "./corruption/planted.ts";
import { SEED } from "./tier.ts";

const SHOP = `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "order",
  run: async (ctx) => {
    const id = await ctx.step("charge", () => (appendFileSync("ledger", ctx.executionId + " charge\\n"), "charged-" + ctx.executionId));
    await ctx.waitForEvent("paid");
    return ctx.step("ship", () => (appendFileSync("ledger", ctx.executionId + " ship\\n"), id));
  },
});
`;

const COMMANDS = {
  tick: ["tick"],
  "tick, the long way": ["tick", "--json"],
  run: ["run", "order", "--id", "new", "--hold", "0"],
  status: ["status"],
  history: ["history", "first"],
  why: ["why", "first"],
  logs: ["logs", "first"],
  send: ["send", "first", "paid"],
  cancel: ["cancel", "first"],
  wait: ["wait", "first", "--timeout", "5s"],
} as const;
type Command = keyof typeof COMMANDS;
const ALL = Object.keys(COMMANDS) as readonly Command[];

let at: Playground;
let file: string;
/** Two executions that wait for an event, all of it in the main file. */
let whole: Buffer;

beforeAll(async () => {
  at = playground({ "order.ts": SHOP });
  file = at.path(".wf.db");
  for (const id of ["first", "second"]) expect((await at.wf("run", "order", "--id", id, "--hold", "0")).code).toBe(3);
  expect(existsSync(`${file}-wal`)).toBe(false);
  whole = readFileSync(file);
});
afterAll(() => at.remove());
beforeEach(() => {
  place(whole);
  rmSync(at.path("ledger"), { force: true });
});

function place(bytes: Uint8Array, wal?: Uint8Array): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(file + suffix, { force: true });
  writeFileSync(file, bytes, { mode: 0o600 });
  if (wal !== undefined) writeFileSync(`${file}-wal`, wal, { mode: 0o600 });
}

function edit(sql: string): void {
  const database = new Database(file);
  database.run(sql);
  database.close();
}

/** Everywhere: a name in the schema stands in a column of its own and in the statement. */
function replaceBytes(from: string, to: string): void {
  const bytes = readFileSync(file);
  expect(to).toHaveLength(from.length);
  expect(bytes.includes(from)).toBe(true);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, "latin1");
  place(bytes);
}

const hashOf = (path: string): string =>
  existsSync(path) ? new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex") : "not there";
const hashes = (): readonly string[] => [file, `${file}-wal`].map(hashOf);

/** Exit 8, one sentence that names the file, a hint; no stack, nothing on stdout but the same as JSON. */
function clear({ code, stdout, stderr }: Finished, problem: RegExp): void {
  expect({ code, stderr }).toEqual({ code: 8, stderr: expect.stringMatching(problem) });
  expect(stderr).toMatch(/^error: .+ cannot be used: .+\n(?:.*\n)*? {2}hint: .+\n$/);
  expect(stderr).toContain(file);
  expect(stderr).not.toContain("    at ");
  if (stdout !== "") expect(JSON.parse(stdout)).toMatchObject({ error: { code: "DB_UNUSABLE" } });
}

async function refused(problem: RegExp, commands: readonly Command[]): Promise<void> {
  const before = hashes();
  for (const command of commands) {
    clear(await at.wf(...COMMANDS[command]), problem);
    expect({ command, files: hashes() }).toEqual({ command, files: before });
  }
  expect(at.lines("ledger")).toEqual([]);
}

describe("a file that cannot be used is refused and left alone", () => {
  test("a database of a newer schema, by every command", async () => {
    edit(`PRAGMA user_version = ${SCHEMA.version + 1}`);
    await refused(/newer wf/, ALL);
  });

  test("a text, short or long", async () => {
    place(Buffer.from("name: not a database\n"));
    await refused(/not a database/, ["tick", "run", "status"]);
    place(Buffer.from("name: not a database\n".repeat(1_000)));
    await refused(/not a database/, ["tick", "run", "send"]);
  });

  test("the database of another program", async () => {
    edit("PRAGMA application_id = 1");
    await refused(/another program/, ["tick", "run", "history"]);
  });

  test("a header that knows no schema", async () => {
    edit("PRAGMA user_version = 0");
    await refused(/header is damaged/, ["tick", "run"]);
  });

  test("a file that was cut off between two pages, or within one", async () => {
    const pages = whole.length / 4_096;
    const sizes = [4_096, 4_096 * Math.floor(pages / 2), 4_096 * (pages - 1), 50, 4_096 + 1, whole.length - 700];
    for (const [turn, size] of sizes.entries()) {
      place(whole.subarray(0, size));
      await refused(/damaged|not a database/, [ALL[turn % ALL.length] ?? "tick", "run"]);
    }
  });

  test("a first page of noise", async () => {
    const dice = diceOf(SEED);
    place(whole.map((byte, offset) => (offset < 4_096 ? dice.below(256) : byte)));
    await refused(/not a database/, ["tick", "run", "why"]);
    place(whole.map((byte, offset) => (offset >= 100 && offset < 4_096 ? dice.below(256) : byte)));
    await refused(/damaged/, ["tick", "run", "cancel"]);
  });

  test("an empty file is no empty database; only run may begin anew in it", async () => {
    place(new Uint8Array());
    await refused(/it is empty/, ["tick", "tick, the long way", "status", "send"]);
    expect((await at.wf(...COMMANDS.run)).code).toBe(3);
  });

  test("an empty or a missing file beside a WAL, not even by run", async () => {
    place(new Uint8Array(), whole);
    await refused(/missing or empty although/, ["tick", "run", "status"]);
    rmSync(file);
    await refused(/missing or empty although/, ["run"]);
    expect(existsSync(file)).toBe(false);
  });

  test.each(Object.entries(PLANTED).map(([name, planted], turn) => ({ name, planted, command: ALL[turn % ALL.length] ?? "tick" })))(
    "$name in its schema, by $command",
    async ({ planted: { sql, bytes }, command }) => {
      if (sql !== undefined) edit(sql);
      if (bytes !== undefined) replaceBytes(...bytes);
      await refused(/which wf did not make|is not as wf made it|is missing|damaged/, [command]);
    },
  );
});

describe("what lies beside a sound file", () => {
  test("a WAL of noise changes nothing: what was in the file is there", async () => {
    const dice = diceOf(SEED);
    place(
      whole,
      Uint8Array.from({ length: 9_000 }, () => dice.below(256)),
    );
    expect(await at.json<Execution>("status", "first")).toMatchObject({ status: "waiting" });
  });

  test("an index of the WAL full of noise changes nothing", async () => {
    const dice = diceOf(SEED);
    writeFileSync(
      `${file}-shm`,
      Uint8Array.from({ length: 32_768 }, () => dice.below(256)),
      { mode: 0o600 },
    );
    expect(await at.json<Execution>("status", "first")).toMatchObject({ status: "waiting" });
  });
});

describe("a page of noise in the middle", () => {
  test("is never mended by a fresh one, and a command either works or is refused with exit 8", async () => {
    const pages = whole.length / 4_096;
    for (const page of [2, 5, 6, 13, 14].filter((each) => each < pages)) {
      const dice = diceOf(SEED, page);
      const noise = Uint8Array.from({ length: 4_096 }, () => dice.below(256));
      const bytes = Buffer.from(whole);
      bytes.set(noise, page * 4_096);
      place(bytes);
      const finished = await at.wf("tick", "--json");
      if (finished.code !== 0) clear(finished, /damaged/);
      const after = readFileSync(file);
      expect(after.length).toBeGreaterThanOrEqual(whole.length);
      expect(after.subarray(page * 4_096, (page + 1) * 4_096).equals(noise)).toBe(true);
    }
    expect(at.lines("ledger")).toEqual([]);
  });
});

describe("one flipped byte of a stored result", () => {
  /** Sends both their event, so that both are due. */
  const awaken = async (): Promise<void> => {
    for (const id of ["first", "second"]) expect((await at.wf("send", id, "paid")).code).toBe(0);
  };
  const statuses = async (): Promise<readonly string[]> => {
    const all = await Promise.all(["first", "second"].map((id) => at.json<Execution>("status", id)));
    return all.map(({ status, reason }) => `${status} ${reason}`);
  };

  test("blocks its execution as corrupt, runs nothing of it, and the next one completes", async () => {
    await awaken();
    const bytes = readFileSync(file);
    const offset = bytes.indexOf('"charged-first"') + 3;
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    place(bytes);
    const tick = await at.json<{ blocked: number; completed: number }>("tick");
    expect(tick).toMatchObject({ blocked: 1, completed: 1 });
    expect(await statuses()).toEqual(["blocked corrupt", "completed null"]);
    expect(at.lines("ledger")).toEqual(["second ship"]);
    for (const command of ["why", "history", "status"]) {
      const { code, stdout, stderr } = await at.wf(command, "first");
      expect({ command, isTold: [0, 7].includes(code), said: stdout + stderr }).toEqual({
        ...{ command, isTold: true, said: expect.stringContaining("damaged") },
      });
    }
    expect(await at.json("tick")).toMatchObject({ claimed: 0 });
  });

  test("would be missed without the flip: both complete", async () => {
    await awaken();
    expect(await at.json("tick")).toMatchObject({ blocked: 0, completed: 2 });
    expect(await statuses()).toEqual(["completed null", "completed null"]);
  });
});

describe("before anything of ours has run in it", () => {
  test("a file of an older schema with something planted in it is refused, and what is planted has not run", async () => {
    place(new Uint8Array());
    edit(`${MIGRATIONS[0]?.sql};
      PRAGMA user_version = 1;
      INSERT INTO meta VALUES ('last_tick_at', '1');
      CREATE TRIGGER evil AFTER INSERT ON migrations BEGIN DELETE FROM meta; END`);
    clear(await at.wf("status"), /the trigger "evil"/);
    const database = new Database(file, { readonly: true });
    expect(database.query("SELECT count(*) AS n FROM meta").get()).toEqual({ n: 1 });
    expect(database.query("PRAGMA user_version").get()).toEqual({ user_version: 1 });
    database.close();
  });

  test("a WAL without its file is not taken for a project in which nothing was run", async () => {
    place(new Uint8Array(), whole);
    rmSync(file);
    for (const command of ["tick", "status"]) clear(await at.wf(command), /it is missing or empty although/);
  });
});
