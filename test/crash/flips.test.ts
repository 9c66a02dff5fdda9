/**
 * Goal: a flipped byte anywhere in a database is detected, or makes no difference to anything that a pass or a reader gets; and what it
 * strikes is one execution, or the file is refused.
 *
 * Method: one byte of a small database is changed in one bit, or to any other value; then everything is asked (`corruption/observe.ts`) and
 * compared with what the whole database says (`corruption/judge.ts`). Half of the bytes are drawn from the whole file, half from those that
 * hold something. What is known not to be noticed stands in `corruption/gaps.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { cellsOf } from "../sqlite/pages.ts";
import { recompute, isInStep } from "./corruption/checksums.ts";
import { type Dice, diceOf } from "./corruption/dice.ts";
import { edit, integrity } from "./corruption/edit.ts";
import { type Id, IDS, makeFixture } from "./corruption/fixture.ts";
import { GAPS } from "./corruption/gaps.ts";
import { type Killed, KILLED_ID, killedProcess } from "./corruption/killed.ts";
import { describeFinding, type Finding, judge, struck, type Verdict } from "./corruption/judge.ts";
import { type Answers, observe, openDamaged } from "./corruption/observe.ts";
import { makeScratch, type Scratch } from "./corruption/scratch.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";

const WAL_FLIPS = tiered({ ci: 600, night: 20_000, soak: 500_000 });
const FLIPS = tiered({ ci: 5_000, night: 200_000, soak: 5_000_000 });

let scratch: Scratch;
let whole: Buffer;
let truth: Answers;
/** Offsets of bytes that hold something. */
let used: number[];

beforeAll(async () => {
  scratch = makeScratch();
  whole = await makeFixture(scratch);
  used = [...whole.keys()].filter((offset) => whole[offset] !== 0);
  truth = await asked(() => {});
});
afterAll(() => scratch.remove());

/** The answers after `damage` has been done to a fresh copy. */
async function asked(damage: (file: string) => void, bytes: Uint8Array = whole): Promise<Answers> {
  scratch.place(bytes);
  damage(scratch.file);
  return observe(scratch.file);
}

interface Flip {
  readonly offset: number;
  readonly from: number;
  readonly to: number;
}

const drawn = (dice: Dice): Flip => {
  const offset = dice.chance(0.5) ? dice.below(whole.length) : dice.of(used);
  const from = whole[offset] ?? 0;
  return { offset, from, to: dice.chance(0.6) ? from ^ (1 << dice.below(8)) : (from + 1 + dice.below(255)) & 0xff };
};

const flipped = ({ offset, to }: Flip): Buffer => {
  const bytes = Buffer.from(whole);
  bytes[offset] = to;
  return bytes;
};

const isSoundTo = (bytes: Uint8Array): boolean => {
  scratch.place(bytes);
  return integrity(scratch.file) === "ok";
};

/** What a flip did that is neither acceptable nor known. */
const violations = ({ findings }: Pick<Verdict, "findings">, bytes: Uint8Array): readonly Finding[] =>
  findings.filter((finding) => finding.kind !== "shown" && !GAPS.some(({ matches }) => matches(finding, () => isSoundTo(bytes))));

test(
  `${FLIPS} flipped bytes are each detected or harmless`,
  async () => {
    const counts = { harmless: 0, detected: 0, changed: 0 };
    let alone = 0;
    for (let round = 0; round < FLIPS; round++) {
      const flip = drawn(diceOf(SEED, round));
      const bytes = flipped(flip);
      const answers = await asked(() => {}, bytes);
      const verdict = judge(truth, answers);
      const [first] = violations(verdict, bytes);
      if (first !== undefined)
        throw new Error(`WF_SEED=${SEED} round ${round}: byte ${flip.offset} from ${flip.from} to ${flip.to}: ${describeFinding(first)}`);
      counts[verdict.outcome]++;
      if (verdict.outcome === "detected" && answers["open"] === "fine" && struck(truth, answers).length === 1) alone++;
    }
    // The rig would be of no use if it struck nothing, or only what refuses the whole file.
    expect(counts.detected).toBeGreaterThan(FLIPS * 0.2);
    expect(counts.harmless).toBeGreaterThan(FLIPS * 0.2);
    expect(alone).toBeGreaterThan(FLIPS * 0.03);
  },
  RIG_TIMEOUT_MS,
);

test("an entry of the index of ids that leads to another row strikes that row for nothing, and a sweep comes to its end", async () => {
  scratch.place(whole);
  const struckBy = cellsOf(scratch.file, "sqlite_autoindex_executions_1").map(({ to }) => {
    const rowid = to - 1; // the last byte of an entry, in a database as small as this one
    return { offset: rowid, from: whole[rowid] ?? 0, to: (whole[rowid] ?? 0) - 1 };
  });
  for (const flip of struckBy.filter(({ to }) => to > 0)) {
    const answers = await asked(() => {}, flipped(flip));
    expect([flip, struck(truth, answers).length, answers["close"]]).toEqual([flip, 1, undefined]);
  }
});

/** Where parts of each row of an execution lie. */
const rowsOfExecutions = () => {
  scratch.place(whole);
  return cellsOf(scratch.file, "executions").map(({ header }, at) => {
    const id: Id = IDS[at] ?? "done";
    const body = header + (whole[header] ?? 0);
    return { id, typeOfId: header + 2, typeOfPriority: body - 10, typeOfRemoved: body - 1, lastOfId: body + id.length - 1 };
  });
};

test("a row that cannot be written to, or is still met once it is marked, strikes its own execution, and a sweep ends", async () => {
  for (const { id, typeOfId, typeOfPriority, typeOfRemoved, lastOfId } of rowsOfExecutions()) {
    const damages = {
      "bytes for an id": [typeOfId, 13 + 2 * id.length, 12 + 2 * id.length],
      "another id": [lastOfId, id.charCodeAt(id.length - 1), 64],
      "no priority": [typeOfPriority, 8, 0],
      "bytes for the mark of removal": [typeOfRemoved, 0, 12],
    } as const;
    for (const [damage, [offset, from, to]] of Object.entries(damages)) {
      expect(whole[offset]).toBe(from);
      const answers = await asked(() => {}, flipped({ offset, from, to }));
      const said = { damage, exec: answers[`exec/${id}`], struck: struck(truth, answers), close: answers["close"] };
      expect(said).toEqual({ damage, exec: "!CORRUPT", struck: [id], close: undefined });
    }
  }
});

test("an entry of the index of what is due that leads nowhere hides its execution alone, and a sweep comes to its end", async () => {
  scratch.place(whole);
  for (const { header } of cellsOf(scratch.file, "executions_due")) {
    const offset = header + 2; // the type of the id, behind that of the wake
    const type = whole[offset] ?? 0;
    const answers = await asked(() => {}, flipped({ offset, from: type, to: type - 1 }));
    expect([offset, struck(truth, answers).length, answers["close"]]).toEqual([offset, 1, undefined]);
  }
});

describe("a flipped byte in the WAL of a killed process", () => {
  let killed: Killed;
  beforeAll(async () => void (killed = await killedProcess(scratch, whole, 30)));

  /** How many steps of the killed process's execution there are, -1 without the execution; throws when it is no earlier moment. */
  const prefixOf = async (main: Uint8Array, wal: Uint8Array): Promise<number | "refused"> => {
    scratch.place(main, wal);
    const answers = await observe(scratch.file, false);
    if (answers["open"] === "!DB_UNUSABLE") return "refused";
    const others = judge({ ...truth, ...shownIn(answers) }, answers).findings.filter(({ question }) => !question.startsWith("claim/"));
    if (others[0] !== undefined) throw new Error(describeFinding(others[0]));
    const store = await openDamaged(scratch.file);
    try {
      const history = await store.history(KILLED_ID);
      if (history === undefined) return -1;
      expect(history.steps.map(({ name }) => name)).toEqual(history.steps.map((_, at) => `s${at + 1}`));
      return history.steps.length;
    } finally {
      await store.close();
    }
  };

  /** What its own execution adds to. */
  const shownIn = (answers: Answers): Answers =>
    Object.fromEntries(Object.entries(answers).filter(([question]) => /^(?:counts|ids|latest|workers|strangers)$/.test(question)));

  test("whole, it has all that was acknowledged", async () => {
    expect(await prefixOf(killed.main, killed.wal)).toBeGreaterThanOrEqual(killed.acknowledged);
  });

  test(
    `gives an earlier moment, whole, or a refusal: ${WAL_FLIPS} times`,
    async () => {
      const seen = new Set<number | "refused">();
      for (let round = 0; round < WAL_FLIPS; round++) {
        const dice = diceOf(SEED + 2, round);
        const wal = Buffer.from(killed.wal);
        const offset = dice.below(wal.length);
        const from = wal[offset] ?? 0;
        const to = from ^ (1 << dice.below(8));
        wal[offset] = to;
        try {
          seen.add(await prefixOf(killed.main, wal));
        } catch (error) {
          throw new Error(`WF_SEED=${SEED} round ${round}: byte ${offset} of the WAL from ${from} to ${to}: ${String(error)}`);
        }
      }
      // Nearly every moment has been met: the flips do reach all of the WAL.
      expect(seen.size).toBeGreaterThan(20);
    },
    RIG_TIMEOUT_MS,
  );

  test("a step that is missing in the middle would be seen", async () => {
    scratch.place(killed.main, killed.wal);
    edit(scratch.file, (database) => void database.run(`DELETE FROM steps WHERE execution_id = '${KILLED_ID}' AND name = 's7'`));
    const bytes = readFileSync(scratch.file);
    expect(await prefixOf(bytes, new Uint8Array()).catch(() => "seen")).toBe("seen");
  });
});

describe("the rig itself", () => {
  test("finds nothing where nothing is damaged, twice in a row", async () => {
    expect(judge(truth, await asked(() => {}))).toEqual({ outcome: "harmless", findings: [] });
  });

  test("sees every change of a row whose checksum was made right again, as a loader without checksums would let it through", async () => {
    const changes = [
      ["executions", `input = '{"plan":"prO"}'`, "id = 'sleeper'"],
      ["executions", "created_at = created_at + 1", "id = 'done'"],
      ["executions", `tags = '{"team":"grovth"}'`, "id = 'done'"],
      ["executions", "status = 'completed', reason = NULL, wake_at = NULL", "id = 'waiter'"],
      ["steps", `output = '"customer-4712"'`, "execution_id = 'sleeper' AND output IS NOT NULL AND name = 'create customer'"],
      ["steps", "finished_at = finished_at + 1", "execution_id = 'sleeper' AND name = 'create customer'"],
      ["steps", "ord = 9", "execution_id = 'sleeper' AND name = 'create customer'"],
    ] as const;
    for (const [table, change, where] of changes) {
      const sql = `UPDATE ${table} SET ${change} WHERE ${where}`;
      const without = judge(truth, await asked((file) => edit(file, (database) => void database.run(sql))));
      expect({ sql, outcome: without.outcome }).toEqual({ sql, outcome: "detected" });
      const right = judge(truth, await asked((file) => edit(file, (database) => (database.run(sql), void recompute(database, table)))));
      expect({ sql, kinds: violations(right, whole).some(({ kind }) => kind === "state" || kind === "lost") }).toEqual({
        sql,
        kinds: true,
      });
    }
  });

  test("computes checksums as the store does", () => {
    scratch.place(whole);
    edit(scratch.file, (database) => expect(isInStep(database)).toBe(true));
  });

  test("shows that SQLite's own check passes flips that the checksums detect", async () => {
    const spans = ["executions", "steps"].flatMap((table) => (scratch.place(whole), inLeaves(table)));
    let passed = 0;
    for (let round = 0; round < 200; round++) {
      const dice = diceOf(SEED + 1, round);
      const offset = dice.of(spans);
      const bytes = flipped({ offset, from: 0, to: (whole[offset] ?? 0) ^ (1 << dice.below(8)) });
      if (!isSoundTo(bytes)) continue;
      if (judge(truth, await asked(() => {}, bytes)).outcome === "detected") passed++;
    }
    expect(passed).toBeGreaterThan(50);
  });

  /** Offsets of the texts in rows of a table, wherever its pages are. */
  function inLeaves(table: string): readonly number[] {
    const marks = table === "steps" ? ["customer-4711", "ch_7", '{"asked"'] : ['{"customer"', "simulated", '{"plan"'];
    return marks.flatMap((mark) =>
      Array.from({ length: mark.length }, (_, at) => whole.indexOf(mark) + at).filter((at) => at >= mark.length),
    );
  }

  test.each(GAPS.filter(({ shownBy }) => shownBy !== undefined))("a gap is still open: $name", async (gap) => {
    const { shownBy = "" } = gap;
    const answers =
      typeof shownBy === "string"
        ? await asked((file) => edit(file, (database) => void database.run(shownBy)))
        : await asked(() => {}, flipped({ offset: shownBy[0], from: 0, to: shownBy[1] }));
    const { findings } = judge(truth, answers);
    expect(findings.some((finding) => gap.matches(finding, () => true))).toBe(true);
    expect(violations({ findings }, whole)).toEqual([]);
  });

  test("a gap is still open: an entry struck in the index of ids hides its execution, and SQLite's own check tells it", async () => {
    scratch.place(whole);
    const [cell] = cellsOf(scratch.file, "sqlite_autoindex_executions_1");
    const offset = (cell?.from ?? 0) + 4;
    const bytes = flipped({ offset, from: 0, to: (whole[offset] ?? 0) ^ 0x20 });
    const { findings } = judge(truth, await asked(() => {}, bytes));
    expect(findings.map(({ kind }) => kind)).toContain("lost");
    expect(isSoundTo(bytes)).toBe(false);
    expect(violations({ findings }, bytes)).toEqual([]);
  });
});
