/**
 * Goal: damage is noticed or harmless, stays with the execution it has struck where SQLite can still read, and is never answered with a
 * fresh database.
 *
 * Method: a small database is damaged in every place, one place at a time, and asked everything. What it says must be what it said before,
 * or an error of the catalogue.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Store } from "../../src/engine/store.ts";
import { openSqliteStore } from "../../src/sqlite/sqlite-store.ts";
import { event, execution, log, NOW, owned, park, step, submit, waiting, worker } from "../suites/store/samples.ts";
import { type Folder, Machine, makeFolder } from "./machine.ts";
import { cellsOf, PAGE_BYTES } from "./pages.ts";

const IDS = ["a", "b"] as const;
const REFUSALS = ["CORRUPT", "DB_UNUSABLE"];

let folder: Folder;
let whole: Buffer;
let truth: Record<string, string>;

const open = (file = folder.file): Promise<Store> =>
  openSqliteStore({ file, create: true, durability: "normal", host: new Machine().host() });

/** What the store says of each execution, or the code of its refusal. */
async function ask(): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  let store: Store | undefined;
  try {
    store = await open();
    for (const id of IDS) answers[id] = await answer(store.history(id));
  } catch (error) {
    for (const id of IDS) answers[id] ??= codeOf(error);
  } finally {
    await store?.close();
  }
  return answers;
}

const answer = async (promise: Promise<unknown>): Promise<string> => {
  try {
    return JSON.stringify((await promise) ?? "nothing");
  } catch (error) {
    return codeOf(error);
  }
};

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? error);

function write(bytes: Uint8Array, file = folder.file): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  writeFileSync(file, bytes, { mode: 0o600 });
}

function flipped(offset: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
  return bytes;
}

beforeAll(async () => {
  folder = makeFolder();
  const store = await open();
  for (const id of IDS) {
    const claimed = await owned(store, id, worker("w"), { tags: { team: id }, createdAt: NOW });
    const steps = [step("charge"), step("ship", { order: 2, outputText: '{"n":3}' }), waiting("paid")];
    await park(store, claimed, { status: "waiting", reason: "event", wakeAt: NOW + 9 }, { steps, logs: [log("hello")] });
    await store.addEvent(id, event("e1", "other"));
  }
  await store.removeWorker("w", NOW);
  await store.close();
  whole = readFileSync(folder.file);
  truth = await ask();
});
afterAll(() => folder.remove());

describe("one flipped bit in any byte of a stored row", () => {
  test("the answers are known", () => {
    expect(truth["a"]).toContain('"charge"');
    expect(truth["b"]).toContain('"ship"');
  });

  /** @returns how many flips were noticed by the execution whose row it was, by the other, and how many there were */
  const flipAll = async (table: string, ownerOf: (cell: number) => number): Promise<{ struck: number; other: number; flips: number }> => {
    const counts = { struck: 0, other: 0, flips: 0 };
    for (const [cell, { from, to }] of cellsOf(folder.file, table).entries()) {
      const [struck = "", other = ""] = ownerOf(cell) === 0 ? IDS : IDS.toReversed();
      for (let offset = from; offset < to; offset++) {
        write(flipped(offset));
        const answers = await ask();
        for (const id of IDS) {
          const said = answers[id] ?? "";
          if (said !== truth[id] && !REFUSALS.includes(said)) throw new Error(`Byte ${offset} of ${table} made ${id} say ${said}`);
        }
        counts.flips++;
        if (answers[struck] !== truth[struck]) counts.struck++;
        if (answers[other] !== truth[other]) counts.other++;
      }
    }
    write(whole);
    return counts;
  };

  test("of an execution is noticed or harmless; the other one is refused only where SQLite refuses the page", async () => {
    const { struck, other, flips } = await flipAll("executions", (cell) => cell);
    // Lease, pass and cancellation are not part of the state; and a few bytes of the header can be read in two ways.
    expect(struck / flips).toBeGreaterThan(0.9);
    expect(other / flips).toBeLessThan(0.02);
  });

  test("of a step is noticed or harmless; where a key is struck, its neighbours in the tree may be refused too", async () => {
    const { struck, other, flips } = await flipAll("steps", (cell) => Math.floor(cell / 3));
    expect(struck / flips).toBeGreaterThan(0.95);
    expect(other / flips).toBeLessThan(0.1);
  });
});

test("a step that has gone is noticed, wherever it was; a new one is not taken for damage", async () => {
  for (const name of ["charge", "ship"]) {
    write(whole);
    const database = new Database(folder.file);
    database.query("DELETE FROM steps WHERE execution_id = 'a' AND name = ?").run(name);
    database.close();
    expect(await ask()).toEqual({ a: "CORRUPT", b: truth["b"] ?? "" });
  }
  write(whole);
  const store = await open();
  const claimed = await store.claimOne("a", { worker: worker("w"), now: NOW });
  if (claimed !== undefined) await submit(store, { lease: claimed.lease, steps: [step("more", { order: 3 })] });
  expect((await store.history("a"))?.steps).toHaveLength(4);
  await store.close();
});

test("a row that was marked stays blocked when its bytes are put right, until the mark is taken away", async () => {
  write(whole);
  const change = (sql: string): void => {
    const database = new Database(folder.file);
    database.run(sql);
    database.close();
  };
  const store = await open();
  change("UPDATE executions SET version = version + 1 WHERE id = 'a'");
  expect(await answer(store.claimOne("a", { worker: worker("w"), now: NOW }))).toBe("CORRUPT");
  change("UPDATE executions SET version = version - 1 WHERE id = 'a'");
  expect(await answer(store.history("a"))).toBe("CORRUPT");
  change("UPDATE executions SET damaged_at = NULL WHERE id = 'a'");
  expect(await answer(store.history("a"))).toBe(truth["a"] ?? "");
  await store.close();
});

describe("a page that is overwritten", () => {
  const random = (seed: number): Uint8Array =>
    Uint8Array.from({ length: PAGE_BYTES }, (_, at) => (Math.imul(at + 1, 2_654_435_761 + seed) >>> 13) & 0xff);

  test.each([
    ["with 0xab", () => new Uint8Array(PAGE_BYTES).fill(0xab)],
    ["with zeros", () => new Uint8Array(PAGE_BYTES)],
    ["with noise", random],
  ])("%s is refused or does not matter to what is asked, and the file is never made anew", async (_, content) => {
    for (let page = 0; page * PAGE_BYTES < whole.length; page++) {
      const bytes = Buffer.from(whole);
      bytes.set(content(page), page * PAGE_BYTES);
      write(bytes);
      const answers = await ask();
      for (const id of IDS) expect([truth[id], ...REFUSALS, '"nothing"']).toContain(answers[id] ?? "");
      const said = await everything();
      expect(said.filter((code) => code !== "fine" && !REFUSALS.includes(code))).toEqual([]);
      expect(statSync(folder.file).size).toBeGreaterThanOrEqual(whole.length);
    }
    write(whole);
  });

  async function everything(): Promise<readonly string[]> {
    let store: Store;
    try {
      store = await open();
    } catch (error) {
      return [codeOf(error)];
    }
    const calls = [
      () => store.list({ limit: 9, tags: { team: "a" } }),
      () => store.counts({}),
      () => store.nextWakeAt(),
      () => store.logs("a", 0, 9),
      () => store.claimDue({ worker: worker("w"), now: NOW + 10, limit: 9 }),
      () => store.requestCancel("b", { at: NOW, reason: null }),
      () => store.create(execution("new"), {}),
      () => store.close(),
    ];
    const said: string[] = [];
    for (const call of calls) said.push(await call().then(() => "fine", codeOf));
    return said;
  }
});

test("a WAL damaged in any frame gives an earlier state, whole, never a mixture", async () => {
  write(whole);
  const live = await open();
  const file = `${folder.path}/wal.wf.db`;
  const base = readFileSync(folder.file);
  for (let tick = 1; tick <= 12; tick++) await live.recordTick(tick);
  const wal = readFileSync(`${folder.file}-wal`);
  await live.close();
  const frames = Math.floor((wal.length - 32) / (PAGE_BYTES + 24));
  const seen: (number | null)[] = [];
  for (let frame = 0; frame <= frames; frame++) {
    write(base, file);
    const damaged = Buffer.from(wal);
    const offset = 32 + frame * (PAGE_BYTES + 24) + 24 + 100;
    if (offset < damaged.length) damaged[offset] = (damaged[offset] ?? 0) ^ 1;
    writeFileSync(`${file}-wal`, damaged, { mode: 0o600 });
    const store = await open(file);
    seen.push(await store.lastTickAt());
    expect(JSON.stringify(await store.history("a"))).toBe(truth["a"] ?? "");
    await store.close();
  }
  expect(seen.at(-1)).toBe(12);
  expect(seen.map((tick) => tick ?? 0)).toEqual(seen.map((tick) => tick ?? 0).toSorted((x, y) => x - y));
  expect(new Set(seen).size).toBe(13);
});
