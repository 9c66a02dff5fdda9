/**
 * Goal: wherever a process dies, nothing that was finished is lost or done twice, and the next command carries it to its end.
 *
 * Method: the program is killed before its first write to the disk, before its second, and so on through the scenarios, each time from the
 * same start. Then the file is checked, the execution recovered, and the ledger of the step bodies judged.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { crash, KILLS } from "./points/crash.ts";
import type { Fault } from "./points/engines.ts";
import { Rig } from "./points/rig.ts";
import { LATER_RUN, type Scenario, SCENARIOS, TWO_TICKS } from "./points/scenarios.ts";
import { describeTraced } from "./points/strike.ts";
import { sweep, type Swept } from "./points/sweep.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";

describeTraced("a process that is killed before any of its writes", () => {
  const rig = new Rig();
  afterAll(() => rig.remove());

  for (const scenario of SCENARIOS) {
    test(
      `loses nothing and does nothing twice: ${scenario.name}`,
      async () => {
        const { name, stride = 1, patience } = scenario;
        const { points, wrong } = await sweep({ name, stride, patience, kinds: KILLS }, (blow) => crash(rig, scenario, blow));
        expect(wrong).toEqual([]);
        expect(points).toBeGreaterThanOrEqual(scenario.least);
      },
      RIG_TIMEOUT_MS,
    );
  }

  test("has writes enough to die at", () => {
    const least = SCENARIOS.reduce((sum, scenario) => sum + scenario.least, 0);
    expect(least).toBeGreaterThanOrEqual(tiered({ ci: 300, night: 2_000, soak: 10_000 }));
  });

  describe("the rig turns red", () => {
    const brokenBy = (fault: Fault, scenario: Scenario, stride: number): Promise<Swept> => {
      const kinds = KILLS.filter(({ syscall }) => syscall === "pwrite64");
      return sweep({ name: scenario.name, kinds, from: stride, stride }, (blow) => crash(rig, scenario, blow, fault));
    };
    test(
      "when a step is reported as done before its record is on disk",
      async () => {
        const wrong = (await brokenBy("early", LATER_RUN, tiered({ ci: 5, night: 30, soak: 90 }))).wrong.join("\n");
        expect(wrong).toMatch(/step \d+ ran again after step \d+ had begun/);
        expect(wrong).toMatch(/reported and not on disk: "ack completed a"/);
      },
      RIG_TIMEOUT_MS,
    );
    test(
      "when a live owner is robbed, and not told at its writes",
      async () => expect((await brokenBy("robber", TWO_TICKS, 20)).wrong.join("\n")).toMatch(/bodies began again/),
      RIG_TIMEOUT_MS,
    );
  });
});
