/**
 * Goal: a crash in the middle of the recovery from a crash does no more harm than the first one.
 *
 * Method: for a sample of first crashes the folder is kept as it was left. The recovery is killed at points of its own, each time from a
 * copy of that folder; then it is run to its end, and everything judged as after one crash, with one rerun more allowed.
 */
import { afterAll, expect, test } from "bun:test";
import { crashTwice, KILLS } from "./points/crash.ts";
import { Rig } from "./points/rig.ts";
import { CANCEL, FIRST_RUN, LATER_RUN, RESUME, type Scenario, TWO_TICKS } from "./points/scenarios.ts";
import { describeTraced } from "./points/strike.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";

/** Short ones: what matters is how the two crashes meet. */
const short = (scenario: Scenario): Scenario => ({
  ...scenario,
  act: { ...scenario.act, input: { ...scenario.act.input, steps: tiered({ ci: 4, night: 6, soak: 12 }) } },
});

interface Sample {
  readonly scenario: Scenario;
  /** Between the first crashes that are tried. */
  readonly stride: number;
  /** Pairs there are at the least. */
  readonly least: number;
}

const SAMPLES: readonly Sample[] = [
  { scenario: short(FIRST_RUN), stride: tiered({ ci: 25, night: 6, soak: 2 }), least: tiered({ ci: 60, night: 600, soak: 6_000 }) },
  { scenario: short(LATER_RUN), stride: tiered({ ci: 10, night: 2, soak: 1 }), least: tiered({ ci: 45, night: 600, soak: 6_000 }) },
  { scenario: CANCEL, stride: tiered({ ci: 15, night: 6, soak: 4 }), least: tiered({ ci: 20, night: 500, soak: 2_000 }) },
  { scenario: short(TWO_TICKS), stride: tiered({ ci: 25, night: 2, soak: 1 }), least: tiered({ ci: 25, night: 300, soak: 6_000 }) },
];

/** Between the points of the recovery; prime, and each first crash begins at another one, so that they meet in many ways. */
const SECOND_STRIDE = tiered({ ci: 7, night: 3, soak: 1 });

describeTraced("a process that is killed, and killed again while it recovers", () => {
  const rig = new Rig();
  afterAll(() => rig.remove());

  for (const { scenario, stride, least } of SAMPLES) {
    test(
      `loses nothing and does nothing twice: ${scenario.name}`,
      async () => {
        const wrong: string[] = [];
        let [pairs, misses] = [0, 0];
        for (let round = 0; misses < (scenario.patience ?? 1); round++) {
          const first = { syscall: "pwrite64", effect: "signal=SIGKILL", at: `${1 + stride * round}` } as const;
          const from = 1 + (round % SECOND_STRIDE);
          const swept = await crashTwice(rig, scenario, { first, kinds: KILLS, from, stride: SECOND_STRIDE });
          if (swept === undefined) misses++;
          pairs += swept?.points ?? 0;
          wrong.push(...(swept?.wrong ?? []));
        }
        expect(wrong).toEqual([]);
        expect(pairs).toBeGreaterThanOrEqual(least);
      },
      RIG_TIMEOUT_MS,
    );
  }

  test("is tried in pairs enough", () =>
    expect(SAMPLES.reduce((sum, { least }) => sum + least, 0)).toBeGreaterThanOrEqual(tiered({ ci: 150, night: 2_000, soak: 20_000 })));

  test(
    "the rig turns red when the recovery reports a step before its record is on disk",
    async () => {
      const first = { syscall: "pwrite64", effect: "signal=SIGKILL", at: "8" } as const;
      const kinds = KILLS.filter(({ syscall }) => syscall === "pwrite64");
      const swept = await crashTwice(rig, RESUME, { first, fault: "early", kinds, from: 4, stride: 4 });
      expect(swept?.wrong.join("\n")).toMatch(/ran again after/);
    },
    RIG_TIMEOUT_MS,
  );
});
