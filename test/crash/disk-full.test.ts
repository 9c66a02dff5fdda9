/**
 * Goal: a full disk costs time and no work. What a step has done is kept until it can be stored; where the process has to go, one step at
 * most is done again.
 *
 * Method: the project lies on a file system of 3 MiB, the ledger beside it. Steps fill it with their results.
 */
import { afterEach, beforeEach, describe, expect } from "bun:test";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eventually, type Playground, playground, type Running } from "../support/wf.ts";
import { Actor, endActors } from "./processes/actor-process.ts";
import { historyBreaches } from "./processes/database.ts";
import { testNeeding } from "./processes/needing.ts";
import { judge, type LedgerFacts, parseLedger } from "./oracle.ts";
import { RIG_TIMEOUT_MS, TIER } from "./tier.ts";
import { canMount } from "./tools.ts";

const STEPS = 40;

/** 40 results of 100 kB, which no 3 MiB hold. */
const fat = (ledger: string): string => `
import { appendFileSync } from "node:fs";
import { Workflow } from "wflite";
export default Workflow.define({
  name: "fat",
  async run(ctx) {
    for (let k = 0; k < ${STEPS}; k++) {
      await ctx.step("fat", () => {
        appendFileSync(${JSON.stringify(ledger)}, ctx.executionId + " " + k + " begin\\n");
        const result = crypto.getRandomValues(new Uint8Array(50_000)).toHex();
        appendFileSync(${JSON.stringify(ledger)}, ctx.executionId + " " + k + " end\\n");
        return result;
      }, { key: k });
    }
  },
});
`;

const hasDisk = canMount();
const needingDisk = testNeeding(hasDisk);

let at: Playground;
let disk: string;
const started: Running[] = [];

const shell = (...argv: readonly string[]): void => {
  const { success, stderr } = Bun.spawnSync([...argv], { stdio: ["ignore", "ignore", "pipe"] });
  if (!success) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`);
};

beforeEach(() => {
  at = playground();
  disk = at.path("disk");
  at.write("disk/.keep", "");
  if (!hasDisk) return;
  shell("mount", "-t", "tmpfs", "-o", "size=3m", "none", disk);
  at.write("disk/workflows/fat.ts", fat(at.path("ledger")));
});
afterEach(async () => {
  for (const running of started) running.kill("SIGKILL");
  await Promise.all(started.splice(0).map(({ done }) => done));
  await endActors();
  if (hasDisk) shell("umount", disk);
  at.remove();
});

const run = (...more: readonly string[]): Running => {
  const running = at.start("run", "fat", "--id", "f", "--wait", "--dir", disk, ...more);
  started.push(running);
  return running;
};

const ledger = (): string => at.lines("ledger").join("\n");

/** Bodies have begun, and no other has for a while. */
const full = async (): Promise<number> => {
  let [last, since] = [0, Date.now()];
  return eventually("the disk is full", () => {
    const count = at.lines("ledger").length;
    if (count !== last) [last, since] = [count, Date.now()];
    return count > 20 && Date.now() - since > 800 ? count : undefined;
  });
};

const enlarge = (): void => shell("mount", "-o", "remount,size=32m", disk);

const facts = (): Pick<LedgerFacts, "violations" | "reruns"> => {
  const { violations, reruns } = judge(parseLedger(`${ledger()}\n`), STEPS, ["f"]);
  return { reruns, violations: [...violations, ...historyBreaches(disk, STEPS)] };
};

const status = (): Promise<Record<string, unknown>> => at.json("status", "f", "--dir", disk);

describe("a disk that is full", () => {
  needingDisk(
    "is waited for: with room again the same process goes on, and no body runs twice",
    async () => {
      const running = run();
      const count = await full();
      expect(count).toBeLessThan(2 * STEPS);
      expect((await status())["status"]).toBe("running");
      enlarge();
      expect((await running.done).code).toBe(0);
      expect(facts()).toMatchObject({ violations: [], reruns: 0 });
      expect((await status())["status"]).toBe("completed");
    },
    RIG_TIMEOUT_MS,
  );

  needingDisk(
    "costs one step at most when the process that waits for it is killed: the next tick completes it",
    async () => {
      const running = run();
      await full();
      running.kill("SIGKILL");
      await running.done;
      enlarge();
      expect((await at.wf("tick", "--dir", disk)).code).toBe(0);
      expect(await status()).toMatchObject({ status: "completed", restarts: 1 });
      const { violations, reruns } = facts();
      expect(violations).toEqual([]);
      expect(reruns).toBeLessThanOrEqual(1);
    },
    RIG_TIMEOUT_MS,
  );

  needingDisk(
    "is named at once, with exit code 8, to whoever would begin a database on it",
    async () => {
      at.write("disk/ballast", "");
      expect(() => appendFileSync(join(disk, "ballast"), new Uint8Array(4 * 2 ** 20))).toThrow("ENOSPC");
      const refused = await run().done;
      expect(refused).toMatchObject({ code: 8, stdout: "" });
      expect(refused.stderr).toContain("the disk is full");
      rmSync(join(disk, "ballast"));
      enlarge();
      expect((await run().done).code).toBe(0);
      expect(facts()).toMatchObject({ violations: [], reruns: 0 });
    },
    RIG_TIMEOUT_MS,
  );

  // It takes that minute, of waiting only.
  if (TIER !== "ci") {
    needingDisk(
      "for more than a minute ends the run with exit code 8 and a message; with room again a tick completes it",
      async () => {
        const finished = await run().done;
        expect(finished.code).toBe(8);
        expect(finished.stderr).toContain("the disk is full");
        expect(finished.stderr).not.toContain("    at ");
        enlarge();
        await eventually("a tick completes it", async () => {
          await at.wf("tick", "--dir", disk);
          return (await status())["status"] === "completed";
        });
        const { violations, reruns } = facts();
        expect(violations).toEqual([]);
        expect(reruns).toBeLessThanOrEqual(1);
      },
      RIG_TIMEOUT_MS,
    );
  }

  needingDisk(
    "shows a store that keeps silent about refused writes: what was finished is not there",
    async () => {
      const deaf = new Actor();
      await deaf.ask({ do: "open", folder: disk, fault: "deaf" });
      await deaf.ask({ do: "start", workflow: "fat", ids: ["f"], input: {} });
      await deaf.ask({ do: "tick" });
      await deaf.kill();
      enlarge();
      await at.wf("tick", "--dir", disk);
      expect(facts().violations.length).toBeGreaterThan(0);
    },
    RIG_TIMEOUT_MS,
  );
});
