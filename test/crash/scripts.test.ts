/**
 * Goal: the nightly script, killed at any point and taken up again, does the work of one night: each command once, and `$(wf step …)` gives
 * the same text on every pass.
 *
 * Method: one execution is killed again and again, by SIGKILL of the script, of wf, or of both, before each command of its text in turn;
 * another one in the middle of each command, before and after its work was done. A ledger outside of the database says what was done.
 */
import { describe, expect, test } from "bun:test";
import { type Kill, COMMANDS, MOMENTS, type Nightly, nightly, PROGRAMS, type Target, TARGETS } from "./scripts/rig.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";

const target = (at: number, turn: number): Target => TARGETS[(at + turn) % TARGETS.length] ?? "wf";

/** In the small tier each place is met by one of the three, in the others by all. */
const turns = Array.from({ length: tiered({ ci: 1, night: 3, soak: 3 }) }, (_, turn) => turn);

const between = (turn: number): readonly Kill[] =>
  Array.from({ length: COMMANDS }, (_, at) => ({ place: `script ${at + 1}`, target: target(at, turn) }));

const within = (turn: number): readonly Kill[] =>
  PROGRAMS.flatMap((program, at) => MOMENTS.map((moment, more) => ({ place: `${program} ${moment}`, target: target(at + more, turn) })));

const programsOf = (nightly: Nightly): readonly string[] => nightly.done().map((line) => line.split(" ")[0] ?? "");

/** What the steps were given: the stamp is another one each time it is drawn. */
const dumpsNamed = (nightly: Nightly): ReadonlySet<string> =>
  new Set(nightly.done().flatMap((line) => /backups\/app-\d+\.dump/.exec(line) ?? []));

describe("the nightly script", () => {
  test("undisturbed does its work, so that the others have something to compare with", async () => {
    using night = nightly();
    expect(await night.run([])).toMatchObject({ status: "completed" });
    expect(programsOf(night)).toEqual([...PROGRAMS]);
    expect([night.struck().length, dumpsNamed(night).size]).toEqual([0, 1]);
  });

  test("that keeps a text of its own instead of a step's is found out", async () => {
    using night = nightly((text) => text.replace("wf step stamp -- date", "date"));
    const { output } = await night.run([{ place: `script ${COMMANDS}`, target: "both" }]);
    expect(programsOf(night)).toEqual([...PROGRAMS, "date"]);
    // Its dump was made by the first pass, under the name of then.
    expect([...dumpsNamed(night)]).not.toContain((output as { readonly dump: string }).dump);
  });

  test.each(turns)(
    "killed before each of its commands runs each program once, with the same text (turn %d)",
    async (turn) => {
      using night = nightly();
      const kills = between(turn);
      const { status, output, restarts } = await night.run(kills);
      expect([status, night.struck().length]).toEqual(["completed", kills.length]);
      expect(programsOf(night)).toEqual([...PROGRAMS]);
      expect(dumpsNamed(night).size).toBe(1);
      expect([...dumpsNamed(night)]).toEqual([(output as { readonly dump: string }).dump]);
      expect(restarts).toBe(kills.length);
    },
    RIG_TIMEOUT_MS,
  );

  test.each(turns)(
    "killed in the middle of each command runs that one again, and no other (turn %d)",
    async (turn) => {
      using night = nightly();
      const kills = within(turn);
      expect(await night.run(kills)).toMatchObject({ status: "completed", restarts: kills.length });
      expect(night.struck()).toEqual(kills.map(({ place, target }) => `${place} ${target}`));
      // Its work was done when the second kill came, and nobody could know.
      expect(programsOf(night)).toEqual(PROGRAMS.flatMap((program) => [program, program]));
      expect(dumpsNamed(night).size).toBe(1);
    },
    RIG_TIMEOUT_MS,
  );
});
