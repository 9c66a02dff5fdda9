/**
 * Goal: whoever is told to end lets go of everything before it ends, at any moment; nothing is lost, repeated or left for a lease to run
 * out.
 *
 * Method: signals at random points to `wf run` and `wf daemon`; then the file, the ledger, and the next tick.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { eventually, type Playground, playground } from "../support/wf.ts";
import { Actor } from "./processes/actor-process.ts";
import { chanceFrom } from "./processes/chance.ts";
import { executions } from "./processes/database.ts";
import { drain, type DrainFacts, type DrainSignal } from "./processes/drain.ts";
import { descendants, isRunning } from "./processes/processes.ts";
import { testNeeding } from "./processes/needing.ts";
import { judgeLines, readLedger, STEPS, type StepsInput } from "./processes/steps.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";

/** The command itself, for what a playground does not give: a terminal, and shells. */
const WF = resolve(import.meta.dir, "../../bin/wf");

const POINTS = tiered({ ci: 20, night: 50, soak: 1_000 });

const drainMany = async (carry: "run" | "daemon", count: number, signals: readonly DrainSignal[]): Promise<readonly DrainFacts[]> => {
  const chance = chanceFrom(SEED);
  const at = playground({ "steps.ts": STEPS });
  const heir = new Actor();
  try {
    await heir.ask({ do: "open", folder: at.folder });
    // The file is there, so that also a process that was ended before it could do anything leaves something to look at.
    await heir.ask({ do: "start", workflow: "steps", ids: ["first"], input: { steps: 1, stepMs: 0, napEvery: 0 } });
    await heir.ask({ do: "tick" });
    const facts: DrainFacts[] = [];
    for (let n = 0; n < count; n++) {
      facts.push(await drain({ at, carry, id: `d${n}`, signal: signals[n % signals.length] ?? "SIGTERM", chance, heir }));
    }
    return facts;
  } finally {
    await heir.kill();
    at.remove();
  }
};

const expectSound = (facts: readonly DrainFacts[]): void => {
  expect({ seed: SEED, violations: facts.flatMap(({ violations }) => violations) }).toEqual({ seed: SEED, violations: [] });
  expect(facts.length).toBeGreaterThanOrEqual(POINTS);
  // Most have to come in the middle, or the rig shows nothing.
  expect(facts.filter(({ inTheMiddle }) => inTheMiddle).length).toBeGreaterThan(POINTS / 3);
  // Steps take 10 ms; the rest is what a busy machine adds, far from the grace of 10 s.
  expect(Math.max(...facts.map(({ tookMs }) => tookMs))).toBeLessThan(8_000);
};

describe(`SIGTERM and SIGINT at random points (seed ${SEED})`, () => {
  test.concurrent(
    `end wf run with everything let go of: ${POINTS} points`,
    async () => expectSound(await drainMany("run", POINTS, ["SIGTERM", "SIGINT"])),
    RIG_TIMEOUT_MS,
  );

  test.concurrent(
    `end wf daemon with everything let go of: ${POINTS} points`,
    async () => expectSound(await drainMany("daemon", POINTS, ["SIGTERM", "SIGINT"])),
    RIG_TIMEOUT_MS,
  );

  test.concurrent(
    "are told apart from SIGKILL, which lets go of nothing",
    async () => {
      const facts = await drainMany("run", 6, ["SIGKILL"]);
      expect(
        facts.flatMap(({ violations }) => violations).filter((violation) => violation.includes("owns it still")).length,
      ).toBeGreaterThan(0);
    },
    RIG_TIMEOUT_MS,
  );
});

describe("a process that carries a long step", () => {
  const LONG: StepsInput = { steps: 2, stepMs: 4_000, napEvery: 0 };
  const SHORT: StepsInput = { steps: 4, stepMs: 150, napEvery: 0 };
  let at: Playground;
  beforeEach(() => {
    at = playground({ "steps.ts": STEPS });
  });
  afterEach(() => at.remove());

  const began = (): Promise<unknown> => eventually("it begins", () => readLedger(at.folder).length > 0);
  const quoted = (word: string): string => `'${word}'`;
  const runArgs = (input: StepsInput): readonly string[] => ["run", "steps", "--id", "e", "--wait", "--input", JSON.stringify(input)];

  test(
    "ends at once with the second signal: the daemon, and its worker with it",
    async () => {
      await at.wf("run", "steps", "--id", "e", "--detach", "--input", JSON.stringify(LONG));
      const daemon = at.start("daemon");
      await began();
      const workers = descendants(daemon.pid);
      expect(workers).toHaveLength(1);
      daemon.kill("SIGTERM");
      await Bun.sleep(200);
      expect(workers.filter(isRunning)).toEqual([...workers]);
      const sentAt = performance.now();
      daemon.kill("SIGTERM");
      expect((await daemon.done).code).toBe(143);
      await eventually("its worker ends", () => !workers.some(isRunning));
      expect(performance.now() - sentAt).toBeLessThan(7_000);
      expect(executions(at.folder)).toMatchObject([{ id: "e", status: "running" }]);
    },
    RIG_TIMEOUT_MS,
  );

  test(
    "goes on after SIGHUP where it is a daemon, and drains where it is a run",
    async () => {
      const daemon = at.start("daemon");
      await at.wf("run", "steps", "--id", "d", "--detach", "--input", JSON.stringify(SHORT));
      await began();
      daemon.kill("SIGHUP");
      await eventually("it completes", () => executions(at.folder)[0]?.status === "completed");
      daemon.kill("SIGTERM");
      expect((await daemon.done).code).toBe(143);
      const run = at.start(...runArgs(SHORT));
      await eventually("it begins", () => readLedger(at.folder).some(({ execution }) => execution === "e"));
      run.kill("SIGHUP");
      expect((await run.done).code).toBe(129);
      expect(executions(at.folder).find(({ id }) => id === "e")).toMatchObject({ status: "pending", owner: null, restarts: 0 });
      expect(judgeLines(readLedger(at.folder), 4, ["d"])).toMatchObject({ violations: [], reruns: 0 });
    },
    RIG_TIMEOUT_MS,
  );

  testNeeding(Bun.which("script") !== null)(
    "parks when the terminal it was started in is closed",
    async () => {
      // Killed, it closes its end of the terminal, and the kernel tells those at the other.
      const terminal = Bun.spawn(["script", "-qec", [WF, ...runArgs(SHORT).map(quoted)].join(" "), "/dev/null"], {
        cwd: at.folder,
        stdio: ["ignore", "ignore", "ignore"],
      });
      await began();
      const carriers = descendants(terminal.pid);
      terminal.kill("SIGKILL");
      await eventually("it ends", () => !carriers.some(isRunning));
      expect(executions(at.folder)).toMatchObject([{ id: "e", status: "pending", owner: null, restarts: 0 }]);
    },
    RIG_TIMEOUT_MS,
  );

  test.each([
    ["of a pipe whose reader has gone", '"$@" | true'],
    ["that was closed from the start", '"$@" >&- 2>&-'],
  ])(
    "works on without a standard output: %s",
    async (_, script) => {
      const shell = Bun.spawn(["bash", "-c", `set -o pipefail; ${script}`, "bash", WF, ...runArgs(SHORT)], {
        cwd: at.folder,
        stdio: ["ignore", "ignore", "ignore"],
      });
      expect(await shell.exited).toBe(0);
      expect(executions(at.folder)).toMatchObject([{ id: "e", status: "completed" }]);
      expect(judgeLines(readLedger(at.folder), SHORT.steps, ["e"])).toMatchObject({ violations: [], reruns: 0 });
    },
    RIG_TIMEOUT_MS,
  );
});
