/**
 * The scenarios: what lies in the folder before, and what the program does that is struck.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tiered } from "../tier.ts";
import type { Act, Acting } from "./acts.ts";
import { engineIn } from "./engines.ts";
import { SENT, SENT_ID, WORK, type WorkInput, workOf } from "./work.ts";

export interface Scenario {
  readonly name: string;
  readonly act: Act;
  readonly ends: "completed" | "cancelled";
  /** Points there are at the least. */
  readonly least: number;
  /** Between the points that are tried. Default 1: all of them. */
  readonly stride?: number;
  /** Told the act that will follow. */
  prepare(folder: string, act: Act): Promise<void>;
  /** A second process ticks beside it. */
  readonly hasCompany?: boolean;
  /** How often a blow may miss before there are no more points. Default 1. */
  readonly patience?: number;
  /** By `wf` itself, with these words. */
  readonly words?: readonly string[];
}

const STEPS = tiered({ ci: 5, night: 100, soak: 700 });
/** Of each of several. */
const FEW_STEPS = tiered({ ci: 3, night: 20, soak: 60 });
const HOUR_MS = 3_600_000;
/** Long enough for a fresh process to park before it is over. */
const NAP_MS = 40;

const letters = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => String.fromCharCode(97 + at));

/** The engine over a folder, for as long as `fn` takes. */
export const withEngine = async <T>(folder: string, fn: (acting: Acting) => Promise<T>): Promise<T> => {
  const client = await engineIn(folder);
  const work = workOf(folder, "plain");
  try {
    await client.validate(work, { steps: 1 });
    return await fn({ client, work, acknowledge: () => {} });
  } finally {
    await client.close();
  }
};

/** Pending executions; with a wait, carried up to it. */
const parked = (folder: string, { ids, input }: Act): Promise<void> =>
  withEngine(folder, async ({ client, work }) => {
    for (const id of ids) await client.start(work, input, { id });
    if (input.wait === undefined) return;
    await client.tick();
    for (const id of ids) {
      const { status } = await client.getStatus(id);
      if (status !== "sleeping" && status !== "waiting") throw new Error(`"${id}" has not parked: it is ${status}`);
    }
    if (input.sleepMs === NAP_MS) await Bun.sleep(NAP_MS);
  });

/** A project for `wf`, whose workflow lies in a file. */
const project = (folder: string): void => {
  mkdirSync(`${folder}/workflows`);
  const code = JSON.stringify(join(import.meta.dir, "work.ts"));
  writeFileSync(
    `${folder}/workflows/${WORK}.ts`,
    `import { workOf } from ${code};\nexport default workOf(\`\${import.meta.dir}/..\`, "points");\n`,
  );
};

const one = (verb: Act["verb"], input: WorkInput): Act => ({ verb, ids: ["a"], input });

const dreamers: Act = {
  verb: "cancel",
  ids: letters(tiered({ ci: 3, night: 20, soak: 26 })),
  input: { steps: 2, wait: "sleep", sleepMs: HOUR_MS },
};
const waiter: WorkInput = { steps: tiered({ ci: 2, night: 20, soak: 40 }), wait: "event" };

export const FIRST_RUN: Scenario = {
  name: "the first run of a project",
  act: one("run", { steps: STEPS }),
  ends: "completed",
  least: tiered({ ci: 100, night: 620, soak: 3_800 }),
  prepare: () => Promise.resolve(),
};

export const LATER_RUN: Scenario = {
  name: "a run in a project that has a database",
  act: one("run", { steps: STEPS, bodyMs: 1 }),
  ends: "completed",
  least: tiered({ ci: 60, night: 540, soak: 3_600 }),
  prepare: (folder) => parked(folder, { verb: "run", ids: ["z"], input: { steps: 1, wait: "event" } }),
};

export const RESUME: Scenario = {
  name: "a tick that takes up a sleeper",
  act: one("tick", { steps: STEPS, wait: "sleep", sleepMs: NAP_MS }),
  ends: "completed",
  least: tiered({ ci: 50, night: 310, soak: 1_900 }),
  prepare: parked,
};

export const CANCEL: Scenario = {
  name: "the cancellation of parked executions",
  act: dreamers,
  ends: "cancelled",
  least: tiered({ ci: 35, night: 250, soak: 350 }),
  prepare: parked,
};

export const TWO_TICKS: Scenario = {
  name: "one of two ticks side by side",
  act: { verb: "tick", ids: letters(6), input: { steps: FEW_STEPS, bodyMs: 2 } },
  ends: "completed",
  least: tiered({ ci: 50, night: 150, soak: 400 }),
  prepare: parked,
  hasCompany: true,
  patience: 4, // one of them may have little to do
};

export const SEND: Scenario = {
  name: "`wf send` to one that waits",
  act: one("send", waiter),
  ends: "completed",
  least: tiered({ ci: 25, night: 35, soak: 35 }),
  prepare: async (folder, act) => {
    project(folder);
    await parked(folder, act);
  },
  words: ["send", "a", "go", String(SENT), "--id", SENT_ID],
};

export const WF_TICK: Scenario = {
  ...SEND,
  name: "`wf tick` after an event",
  least: tiered({ ci: 18, night: 120, soak: 200 }),
  prepare: async (folder, act) => {
    await SEND.prepare(folder, act);
    await withEngine(folder, async ({ client }) => void (await client.sendEvent("a", "go", SENT, { id: SENT_ID })));
  },
  // Two starts of the whole command a point.
  stride: tiered({ ci: 3, night: 1, soak: 1 }),
  words: ["tick"],
};

/** Some that go at once, and one whose steps go in several transactions. */
const REMOVED = [...letters(8).map((letter) => `over-${letter}`), "long"];
const LONG_STEPS = tiered({ ci: 250, night: 500, soak: 500 });

export const PRUNE: Scenario = {
  name: "the removal of what is over, beside one that sleeps",
  act: { verb: "prune", ids: ["a"], input: { steps: STEPS, wait: "sleep", sleepMs: NAP_MS }, gone: REMOVED },
  ends: "completed",
  least: tiered({ ci: 80, night: 120, soak: 120 }),
  prepare: async (folder, act) => {
    await withEngine(folder, async ({ client, work }) => {
      for (const id of REMOVED) {
        await client.start(work, { steps: id === "long" ? LONG_STEPS : 2 }, { id, claim: true });
        await client.carry(id);
      }
    });
    await parked(folder, act);
  },
};

export const SCENARIOS = [FIRST_RUN, LATER_RUN, RESUME, CANCEL, TWO_TICKS, SEND, WF_TICK, PRUNE] as const;
