/**
 * Goal: whatever a row, a command line, an id or a name holds, wf answers with an error of its own or does its work: it neither throws
 * anything else nor hangs, and what was not touched goes on as before.
 *
 * Method: a small database with one hostile value in one row, its checksum left as it was or made right again, is asked everything and
 * swept; random command lines are run whole, in this process; random texts are given as ids and names.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, openBench } from "./corruption/bench.ts";
import { drawLine, faults, readUsages } from "./corruption/command-lines.ts";
import { diceOf } from "./corruption/dice.ts";
import { edit } from "./corruption/edit.ts";
import { recompute } from "./corruption/checksums.ts";
import { makeFixture, settled } from "./corruption/fixture.ts";
import { describeMutation, mutate, placesOf, tell, type Told, wrongs } from "./corruption/fuzzed-rows.ts";
import { codeOf, drawName, NAME_REFUSALS } from "./corruption/odd-names.ts";
import { makeScratch, type Scratch } from "./corruption/scratch.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";

const LINES = tiered({ ci: 2_500, night: 100_000, soak: 1_000_000 });
/** How many lines share an engine, and so what the earlier ones did: a failing one is repeated with those before it. */
const LINES_A_BENCH = 50;
const NAMES = tiered({ ci: 1_000, night: 50_000, soak: 500_000 });
const DATABASES = tiered({ ci: 2_000, night: 100_000, soak: 1_000_000 });

describe("a hostile row", () => {
  let scratch: Scratch;
  let whole: Buffer;
  let truth: Told;

  beforeAll(async () => {
    scratch = makeScratch();
    whole = await makeFixture(scratch);
    scratch.place(whole);
    truth = await tell(scratch.file);
  });
  afterAll(() => scratch.remove());

  /** What is told of a fresh copy after some SQL. */
  const toldAfter = async (sql: string, isRight: boolean): Promise<Told> => {
    scratch.place(whole);
    edit(scratch.file, (database) => {
      database.run(sql);
      if (isRight) for (const table of ["executions", "steps", "events"]) recompute(database, table);
    });
    return tell(scratch.file);
  };

  test(
    `is borne, or refused for itself alone: ${DATABASES} databases`,
    async () => {
      const places = (scratch.place(whole), placesOf(scratch.file));
      const struck = new Set<string>();
      for (let round = 0; round < DATABASES; round++) {
        scratch.place(whole);
        const mutation = mutate(scratch.file, places, diceOf(SEED + 3, round));
        struck.add(`${mutation.table}.${mutation.column}`);
        const [wrong] = wrongs(truth, await tell(scratch.file), mutation);
        if (wrong !== undefined) throw new Error(`WF_SEED=${SEED} round ${round}: ${describeMutation(mutation)}: ${wrong}`);
      }
      // Nearly every column there is has been struck.
      expect(struck.size).toBeGreaterThan(0.9 * places.reduce((sum, { columns }) => sum + columns.length, 0));
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
    RIG_TIMEOUT_MS,
  );

  test("whole, nothing is wrong, and it is told twice alike", async () => {
    expect(truth.problems).toEqual([]);
    expect(await toldAfter("SELECT 1", false)).toEqual(truth);
  });

  test("an execution that goes another way without being struck would be seen", async () => {
    const told = await toldAfter("DELETE FROM steps WHERE execution_id = 'orphan'", false);
    const nobodys = { table: "meta", owner: "", column: "value", value: "'1'", isRight: false } as const;
    expect(wrongs(truth, told, nobodys).map((wrong) => wrong.split(":")[0])).toContain("orphan ran otherwise");
  });

  test.each([
    ["a time of the last tick that is none", "UPDATE meta SET value = '17673a2000001' WHERE key = 'last_tick_at'", false],
    ["a wake far beyond all dates", "UPDATE executions SET wake_at = 8640000000000001 WHERE id = 'sleeper'", false],
    ["a time in attempts that is none", "UPDATE attempts SET started_at = 8640000000000001 WHERE execution_id = 'done'", false],
    ["a heartbeat beyond all dates", "UPDATE workers SET seen_at = 8640000000000001", false],
    ["a row that breaks a rule of its table", "UPDATE executions SET lease_term = -5 WHERE id = 'sleeper'", false],
    ["tags that are no JSON", "UPDATE executions SET tags = 'x' WHERE id = 'sleeper'", true],
    ["a start beyond all dates", "UPDATE executions SET started_at = 8640000000000001 WHERE id = 'done'", true],
    ["an error that cannot be decoded", "UPDATE executions SET error = 'x' WHERE id = 'failed'", true],
    [
      "the last place there is in the order",
      `UPDATE steps SET ord = ${2n ** 63n - 1n} WHERE execution_id = 'waiter' AND status = 'waiting'`,
      true,
    ],
  ])("is borne: %s", async (_, sql, isRight) => {
    expect((await toldAfter(sql, isRight)).problems).toEqual([]);
  });
});

describe("a random command line", () => {
  let scratch: Scratch;
  let whole: Buffer;
  let bench: Bench;
  beforeAll(async () => {
    scratch = makeScratch();
    whole = await makeFixture(scratch);
    bench = await openBench(scratch, whole);
  });
  afterAll(async () => {
    await bench.close();
    scratch.remove();
  });

  const faultsOf = async (argv: readonly string[]): Promise<readonly string[]> => {
    try {
      return faults(argv, await bench.run(argv, "", 100));
    } catch (error) {
      return [String(error)];
    }
  };

  test(
    `ends with a documented code, in clean text or one document: ${LINES} lines`,
    async () => {
      const usages = await readUsages();
      const codes = new Map<number, number>();
      for (let round = 0; round < LINES; round++) {
        if (round % LINES_A_BENCH === 0) {
          await bench.close();
          bench = await openBench(scratch, whole);
        }
        const dice = diceOf(SEED + 4, round);
        const argv = drawLine(dice, usages);
        try {
          const ended = await bench.run(argv, dice.of(["", "{}", "done\n", "a\u202eb\n\n"]));
          codes.set(ended.code, (codes.get(ended.code) ?? 0) + 1);
          expect(faults(argv, ended)).toEqual([]);
        } catch (error) {
          throw new Error(`WF_SEED=${SEED} round ${round}: wf ${JSON.stringify(argv)}: ${String(error)}`);
        }
      }
      // The lines are neither all nonsense nor all harmless.
      expect(codes.get(0) ?? 0).toBeGreaterThan(LINES / 10);
      expect(codes.get(2) ?? 0).toBeGreaterThan(LINES / 10);
      expect(codes.get(4) ?? 0).toBeGreaterThan(LINES / 10);
      expect(codes.size).toBeGreaterThan(4);
    },
    RIG_TIMEOUT_MS,
  );

  test("one that prints what it should not, or never ends, would be seen", async () => {
    const clean = { code: 0, stdout: "", stderr: "" };
    expect(faults(["status"], clean)).toEqual([]);
    for (const wrong of [
      { ...clean, code: 9, stdout: "a" },
      { ...clean, code: 2 },
      { ...clean, stdout: "a\x1b[1mb" },
      { ...clean, stderr: "a\u202eb" },
      { ...clean, stderr: "error: no\n    at f (/a/b.ts:1:2)" },
      { ...clean, stderr: "error: TypeError: x is undefined" },
    ]) {
      expect([wrong, faults(["status"], wrong).length]).toEqual([wrong, 1]);
    }
    expect(faults(["status", "--json"], { ...clean, stdout: "{} {}" })).toHaveLength(1);
    const { engine } = bench.process;
    const getStatus = engine.getStatus.bind(engine);
    engine.getStatus = () => new Promise(() => {});
    expect(await faultsOf(["status", "done"])).toEqual([expect.stringContaining("it hangs")]);
    engine.getStatus = getStatus;
    expect(await faultsOf(["status", "done"])).toEqual([]);
  });
});

describe("a random text of any part of Unicode", () => {
  let scratch: Scratch;
  let bench: Bench;
  beforeAll(async () => {
    scratch = makeScratch();
    bench = await openBench(scratch, await makeFixture(scratch));
    bench.process.host.define(defineWorkflow({ name: "named", run: (ctx, input) => ctx.step(String(input), () => input) }));
  });
  afterAll(async () => {
    await bench.close();
    scratch.remove();
  });

  test(
    `is an id, an event, a step, a tag, or refused as such: ${NAMES} texts`,
    async () => {
      const taken = { id: 0, event: 0, step: 0 };
      for (let round = 0; round < NAMES; round++) {
        const text = drawName(diceOf(SEED + 5, round));
        try {
          for (const kind of await usedAs(text, `n-${round}`)) taken[kind]++;
        } catch (error) {
          throw new Error(`WF_SEED=${SEED} round ${round}: ${JSON.stringify(text.slice(0, 300))}: ${String(error)}`);
        }
      }
      for (const count of Object.values(taken)) expect(count).toBeWithin(NAMES / 50, NAMES);
    },
    RIG_TIMEOUT_MS,
  );

  test("a name that is kept as another one would be seen", async () => {
    const { engine } = bench.process;
    const send = engine.sendEvent.bind(engine);
    engine.sendEvent = (id, name, ...rest) => send(id, name.normalize("NFC"), ...rest);
    const seen = await usedAs("e\u0301", "composed").then(
      () => false,
      () => true,
    );
    engine.sendEvent = send;
    expect(seen).toBe(true);
    expect(await usedAs("e\u0301", "as-it-is")).toEqual(["event", "step"]);
  });

  /** What it was taken for; whatever takes it gives it back as it was. */
  async function usedAs(text: string, id: string): Promise<readonly ("id" | "event" | "step")[]> {
    const { engine, store } = bench.process;
    const during = <T>(promise: Promise<T>): Promise<T> => settled(bench.process, promise);
    const used: ("id" | "event" | "step")[] = [];
    const asId = await codeOf(during(engine.start("survey", null, { id: text, ifExists: "fail" })));
    if (asId === "taken") {
      used.push("id");
      expect([await engine.resolveId(text), (await engine.getStatus(text)).id]).toEqual([text, text]);
    } else expect([...NAME_REFUSALS, "ID_TAKEN"]).toContain(asId);
    const asEvent = await codeOf(during(engine.sendEvent("waiter", text, null, { id: `e-${id}` })));
    if (asEvent === "taken") {
      used.push("event");
      expect((await store.pendingEvents("waiter", text)).map(({ name }) => name)).toContain(text);
    } else expect(NAME_REFUSALS).toContain(asEvent);
    const asTag = await codeOf(during(engine.start("named", text, { id, tags: { [text]: text } })));
    if (asTag !== "taken") {
      expect(NAME_REFUSALS).toContain(asTag);
      expect(await codeOf(engine.getStatus(id))).toBe("EXECUTION_NOT_FOUND");
      await during(engine.start("named", text, { id }));
    } else expect(Object.entries((await engine.getStatus(id)).tags)).toEqual([[text, text]]);
    const { status, error, output } = await during(engine.carry(id));
    if (status === "completed") {
      used.push("step");
      expect((await engine.history(id)).steps.map(({ name }) => name)).toEqual([text]);
      expect(output).toBe(text);
    } else expect([status, NAME_REFUSALS.includes(error?.code ?? "")]).toEqual(["failed", true]);
    const asName = await codeOf(Promise.try(() => defineWorkflow({ name: text, run: () => 0 })));
    if (asName !== "taken") expect([...NAME_REFUSALS, "DEFINITION_INVALID"]).toContain(asName);
    for (const argv of [
      ["status", "--", text],
      ["run", "named", `--id=${text}`, "--dry-run"],
      ["send", "--json", "--", "waiter", text],
    ]) {
      expect(faults(argv, await bench.run(argv, ""))).toEqual([]);
    }
    return used;
  }
});
