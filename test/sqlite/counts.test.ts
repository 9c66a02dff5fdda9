/** Counts of executions: kept by triggers, the same as counting, and mended where somebody has changed them. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { EXECUTION_STATUSES } from "../../src/model/status.ts";
import { unwrap } from "../../src/model/result.ts";
import { DatabaseConnection } from "../../src/sqlite/connection.ts";
import { SqliteMaintenance } from "../../src/sqlite/maintenance.ts";
import { execution, NOW, owned, park, submit, worker } from "../suites/store/samples.ts";
import { all, Ended } from "./ended.ts";
import { cellsOf } from "./pages.ts";

let at: Ended;
beforeEach(async () => {
  at = await Ended.open();
});
afterEach(() => at.close());

const NONE = Object.fromEntries(EXECUTION_STATUSES.map((status) => [status, 0]));

const counted = async (workflow?: string): Promise<Readonly<Record<string, number>>> => {
  const found = await at.store.list({ limit: 10_000, ...(workflow === undefined ? {} : { workflow }) });
  const groups = Map.groupBy(found, ({ status }) => status);
  return { ...NONE, ...Object.fromEntries([...groups].map(([status, { length }]) => [status, length])) };
};

const maintained = async <T>(fn: (maintenance: SqliteMaintenance) => Promise<T>): Promise<T> => {
  const options = { create: false, host: at.machine.host() };
  const maintenance = new SqliteMaintenance(unwrap(await DatabaseConnection.open(at.file, options)), options);
  try {
    return await fn(maintenance);
  } finally {
    await maintenance.close();
  }
};

const ACTS = ["create", "run", "end", "fail", "park", "cancel", "retry", "replace", "remove", "damage"] as const;

test("whatever happens to executions, they are what counting gives, in all and of a workflow", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ act: fc.constantFrom(...ACTS), n: fc.nat(5) }), { minLength: 5, maxLength: 40 }),
      async (plan) => {
        const one = await Ended.open();
        const before = at;
        at = one;
        for (const { act, n } of plan) await doing(act, n).catch(() => {});
        expect(await at.store.counts({})).toEqual((await counted()) as never);
        expect(await at.store.counts({ workflow: "odd" })).toEqual((await counted("odd")) as never);
        expect(await at.store.counts({ since: 0 })).toEqual(await at.store.counts({}));
        expect(await at.store.counts({ tags: {} })).toEqual(await at.store.counts({}));
        expect((await maintained((maintenance) => maintenance.check())).miscounts).toEqual([]);
        await one.close();
        at = before;
      },
    ),
    { numRuns: 60 },
  );
});

/** Odd ones are children of the even ones before them, and go with them. */
const doing = async (act: (typeof ACTS)[number], n: number): Promise<unknown> => {
  const { store } = at;
  const id = `a-${n}`;
  const parts = n % 2 === 0 ? { workflow: "even" } : { workflow: "odd", parentId: `a-${n - 1}` };
  const by = { at: NOW, by: "ann@here", reason: null, isDry: false };
  const claim = async () => (await store.claimOne(id, { worker: worker("w1"), now: NOW })) ?? owned(store, id, worker("w1"), parts);
  switch (act) {
    case "create":
      return store.create(execution(id, parts), {});
    case "run":
      return claim();
    case "end":
    case "fail": {
      const { lease } = await claim();
      return submit(store, { lease, change: { status: act === "end" ? "completed" : "failed", finishedAt: NOW - 5 } });
    }
    case "park":
      return park(store, await claim());
    case "cancel":
      return store.requestCancel(id, { at: NOW, reason: null });
    case "retry":
      return store.operations.retry(id, by);
    case "replace":
      return store.create(execution(id, parts), { replace: true });
    case "remove":
      return at.remove(all(NOW));
    case "damage":
      at.sql("UPDATE executions SET damaged_at = 1, lease_owner = NULL WHERE id = ?", id);
      return undefined;
    default:
      return act satisfies never;
  }
};

describe("counts that somebody has changed", () => {
  const fill = async (): Promise<void> => {
    await store3();
    at.sql("UPDATE counts SET n = 70 WHERE status = 'pending'");
    at.sql("INSERT INTO counts VALUES ('nobody', 'failed', 2)");
  };
  const store3 = async (): Promise<void> => {
    for (const id of ["a", "b", "c"]) await at.store.create(execution(id), {});
  };
  const wrong = [
    { workflow: "nobody", status: "failed", kept: 2, found: 0 },
    { workflow: "signup", status: "pending", kept: 70, found: 3 },
  ];

  test("are told by the check, and shown until they are mended", async () => {
    await fill();
    expect(await maintained((maintenance) => maintenance.check({ pages: false }))).toMatchObject({
      ok: false,
      damaged: [],
      miscounts: wrong,
    });
    expect((await at.store.counts({})).pending).toBe(70);
  });

  test("are counted anew when somebody asks for it, and kept from then on", async () => {
    await fill();
    expect(await maintained((maintenance) => maintenance.recount({ dryRun: true }))).toEqual({ mended: wrong });
    expect((await at.store.counts({})).pending).toBe(70);
    expect(await maintained((maintenance) => maintenance.recount())).toEqual({ mended: wrong });
    expect(await at.store.counts({})).toEqual({ ...NONE, pending: 3 } as never);
    await at.store.create(execution("d"), {});
    expect((await at.store.counts({})).pending).toBe(4);
    expect(await maintained((maintenance) => maintenance.recount())).toEqual({ mended: [] });
    expect((await maintained((maintenance) => maintenance.check())).ok).toBe(true);
  });
});

describe("counts that SQLite refuses to write to", () => {
  /** Every count becomes NULL, which SQLite alone would never store there. */
  const strike = async (): Promise<void> => {
    await at.store.close();
    const bytes = readFileSync(at.file);
    for (const { header } of cellsOf(at.file, "counts")) bytes[header + 3] = 0; // behind the types of the workflow and the status
    writeFileSync(at.file, bytes);
    at.store = await at.another();
  };

  test.each(["create", "run", "end", "cancel", "remove"] as const)("keep nothing from going on, and are counted anew: %s", async (act) => {
    await at.over("a-6", 3, { workflow: "even" });
    await doing("create", 0);
    await strike();
    await doing(act, act === "create" ? 2 : 0);
    expect(await at.store.counts({})).toEqual((await counted()) as never);
    expect((await maintained((maintenance) => maintenance.check())).ok).toBe(true);
  });

  test("let one of many rows be removed", async () => {
    await at.over("a-6", 3, { workflow: "even" }, 300);
    await strike();
    expect(await at.remove(all(NOW))).toBe(1);
    expect(await at.store.counts({})).toEqual(NONE as never);
  });
});
