/**
 * Goal: a disk that fails once is survived in the same process, without running a finished step again; one that goes on failing ends it
 * with a clear error. Nothing is ever reported as done that is not on disk.
 *
 * Method: each write, fsync, truncation, deletion, opening and reading of the database's files fails, one at a time; then, at a few places,
 * all from there on. Whatever is left is recovered on a sound disk and judged.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failAt, FAILURES } from "./points/failure.ts";
import { Rig } from "./points/rig.ts";
import { FIRST_RUN, LATER_RUN, type Scenario } from "./points/scenarios.ts";
import { type Blow, describeTraced } from "./points/strike.ts";
import { sweep } from "./points/sweep.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";

/** A point takes a tenth of a second, which the program spends in waiting. */
const LANES = 4;
/** A write is tried again for a minute before its owner gives up. */
const LASTING_LIMIT_MS = 120_000;

const ofSteps = (scenario: Scenario, steps: number): Scenario => ({
  ...scenario,
  act: { ...scenario.act, input: { ...scenario.act.input, steps } },
});

const STEPS = tiered({ ci: 6, night: 200, soak: 1_400 });

const CASES = [
  { scenario: ofSteps(FIRST_RUN, STEPS), least: tiered({ ci: 200, night: 1_600, soak: 10_000 }) },
  { scenario: ofSteps(LATER_RUN, STEPS), least: tiered({ ci: 100, night: 1_400, soak: 10_000 }) },
] as const;

/** From before the first record on, from the middle of the steps, from the last of them. */
const LASTING: readonly Blow[] = [
  { syscall: "pwrite64", effect: "error=EIO", at: "12+" },
  { syscall: "pwrite64", effect: "error=EIO", at: "30+" },
  { syscall: "pwrite64", effect: "error=ENOSPC", at: "30+" },
  { syscall: "pwrite64", effect: "error=ENOSPC", at: "41+" },
  { syscall: "fsync", effect: "error=EIO", at: "6+" },
  { syscall: "fsync", effect: "error=ENOSPC", at: "8+" },
];

describeTraced("a process whose disk fails", () => {
  const rig = new Rig();
  let lasting: Promise<readonly string[]>;
  // They wait for a minute, and so do it beside the other tests.
  beforeAll(() => {
    lasting = Promise.all(LASTING.map((blow) => failFor(rig, blow))).then((found) => found.flat());
  });
  afterAll(() => rig.remove());

  for (const { scenario, least } of CASES) {
    test(
      `once keeps what it has done, and goes on: ${scenario.name}`,
      async () => {
        const series = { name: scenario.name, kinds: FAILURES, lanes: LANES };
        const { points, wrong } = await sweep(series, (blow) => failAt(rig, scenario, blow));
        expect(wrong).toEqual([]);
        expect(points).toBeGreaterThanOrEqual(least);
      },
      RIG_TIMEOUT_MS,
    );
  }

  test("has calls enough to fail at", () =>
    expect(CASES.reduce((sum, { least }) => sum + least, 0)).toBeGreaterThanOrEqual(tiered({ ci: 300, night: 3_000, soak: 20_000 })));

  describe("the rig turns red", () => {
    test(
      "when a write that has failed is reported as done",
      async () => {
        const kinds = FAILURES.filter(({ syscall, effect }) => syscall === "pwrite64" && effect === "error=EIO");
        const scenario = ofSteps(LATER_RUN, 5);
        const series = { name: scenario.name, kinds, from: 3, stride: 3 };
        const { wrong } = await sweep(series, (blow) => failAt(rig, scenario, blow, { fault: "liar" }));
        expect(wrong.join("\n")).toMatch(/reported and not on disk: "ack completed a"/);
        expect(wrong.join("\n")).toMatch(/ran again after|its steps are/);
      },
      RIG_TIMEOUT_MS,
    );
    test(
      "when a process goes on for too long",
      async () => {
        const blow: Blow = { syscall: "pwrite64", effect: "error=ENOSPC", at: "30+" };
        expect((await failAt(rig, LATER_RUN, blow, { limitMs: 500 })).wrong).toContain("it hangs");
      },
      RIG_TIMEOUT_MS,
    );
  });

  test(
    "from some call on ends with a clear error, and loses nothing",
    async () => {
      expect(await lasting).toEqual([]);
    },
    RIG_TIMEOUT_MS,
  );
});

const failFor = async (rig: Rig, blow: Blow): Promise<readonly string[]> => {
  const { wasHit, wrong } = await failAt(rig, LATER_RUN, blow, { limitMs: LASTING_LIMIT_MS });
  return (wasHit ? wrong : ["it was over before"]).map((what: string) => `${blow.syscall} ${blow.effect} ${blow.at}: ${what}`);
};
