/**
 * Goal: what was acknowledged survives a power loss at any moment, and what is found afterwards is a state that was committed.
 *
 * Method: a real program is recorded by strace, and its writes are replayed on a model of a disk that keeps only what was flushed, and of
 * the rest any part (power/disk.ts). The power fails after every event, in many ways each; the files that are left are opened and read
 * (power/replay.ts). The same is done with weaker settings and with flushes taken out of the recording, where it must find losses.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { contentsOf } from "./power/contents.ts";
import { coverageOf } from "./power/coverage.ts";
import { ALL_KEPT, Disk } from "./power/disk.ts";
import { record, type Recording } from "./power/record.ts";
import { again, type Failure, replay, type Tally } from "./power/replay.ts";
import { Restart } from "./power/restart.ts";
import type { TraceEvent } from "./power/trace.ts";
import { type Durability, drawnFrom } from "./power/workload.ts";
import { RIG_TIMEOUT_MS, SEED, tiered } from "./tier.ts";
import { canTrace } from "./tools.ts";

const STATES = tiered({ ci: 20_000, night: 1_000_000, soak: 10_000_000 });
const CREATION_STATES = tiered({ ci: 1_000, night: 50_000, soak: 500_000 });

/** Each slice of them is a recording of its own. */
const SLICE_STATES = 25_000;

/** The product's own number of pages, and work enough to get there. A state takes several times as long, since its files are larger. */
const OWN_CHECKPOINT = { executions: 100, steps: 8, sessions: 2, checkpointPages: 1_000 };
const OWN_CHECKPOINT_EVERY = 10;

const workload = (seed: number, durability: Durability = "full") => ({
  ...{ seed, durability, executions: 36, steps: 6, sessions: 3, checkpointPages: 64 },
});

const variedWorkload = (seed: number, slice: number) => {
  if (slice === 0) return workload(seed);
  if (slice % OWN_CHECKPOINT_EVERY === 0) return { ...workload(seed), ...OWN_CHECKPOINT };
  const drawn = (what: string, from: number, to: number): number => from + Math.floor((to - from + 1) * drawnFrom(seed, what));
  const sizes = { executions: drawn("executions", 20, 50), steps: drawn("steps", 3, 9), sessions: drawn("sessions", 2, 5) };
  return { ...workload(seed), ...sizes, checkpointPages: drawn("pages", 12, 150) };
};

const recordings: Recording[] = [];
const kept = new Set<Recording>();
const recorded = (options: Parameters<typeof record>[0]): Recording => {
  const recording = record(options);
  recordings.push(recording);
  return recording;
};
afterAll(() => {
  for (const recording of recordings) if (!kept.has(recording)) recording.remove();
});

/** As lines, each with the command that builds the state again; the recording is kept for it. */
const told = (tally: Tally, recording: Recording, isAsked: (failure: Failure) => boolean): readonly string[] => {
  const failures = tally.failures.filter(isAsked);
  if (failures.length > 0) kept.add(recording);
  return failures.map(({ kind, why, state: { seed, after, way } }) => {
    return `${kind}: ${why}; again: bun test/crash/power/again.ts ${recording.folder} ${seed} ${after} ${way}`;
  });
};

const { skip } = test;
const run = canTrace() ? test : skip;
const traced = (title: string, body: () => void | Promise<void>): void => run(title, body, RIG_TIMEOUT_MS);

describe("a power loss", () => {
  traced(`loses nothing that was acknowledged, in ${STATES} states`, async () => {
    let states = 0;
    for (let slice = 0; states < STATES; slice++) {
      const recording = recorded(variedWorkload(SEED + slice, slice));
      const tally = await replay(recording.events, { seed: SEED + slice, states: Math.min(SLICE_STATES, STATES - states) });
      expect(told(tally, recording, ({ kind }) => kind !== "unborn")).toEqual([]);
      expect(tally).toMatchObject({ lost: 0, torn: 0, corrupt: 0, refused: 0, worstLoss: 0 });
      recording.remove();
      states += tally.states;
    }
  });

  traced("while the database is being made leaves a file with which the next start can go on", async () => {
    const recording = recorded({ ...workload(SEED), executions: 1, steps: 1, sessions: 1 });
    const tally = await replay(recording.events, { seed: SEED, states: CREATION_STATES });
    expect(told(tally, recording, ({ kind }) => kind === "unborn")).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, torn: 0, corrupt: 0, refused: 0, unborn: 0 });
  });
});

/** A small recording, so that most states are drawn. */
const SELF_TEST = { seed: SEED, states: 1_500 };

const small = (durability: Durability) => ({ ...workload(SEED, durability), executions: 12, checkpointPages: 24 });

const replayed = (durability: Durability): Promise<Tally> => replay(recorded(small(durability)).events, SELF_TEST);

/** As if a disk said "flushed" and did nothing: for files whose name ends so, or for the folder. */
const withoutFlushes = (events: readonly TraceEvent[], of: "-wal" | ".db" | "folder"): readonly TraceEvent[] => {
  const names = new Map(events.flatMap((event) => (event.what === "create" ? [[event.file, event.name] as const] : [])));
  const isDropped = (event: TraceEvent): boolean =>
    of === "folder" ? event.what === "sync folder" : event.what === "sync" && names.get(event.file)?.endsWith(of) === true;
  return events.filter((event) => !isDropped(event));
};

const lastImage = (events: readonly TraceEvent[]): Uint8Array => {
  const disk = new Disk();
  for (const event of events) if (event.what !== "acknowledged") disk.apply(event);
  const restart = new Restart();
  try {
    restart.put(disk.fail(ALL_KEPT));
    const recovered = restart.recover();
    if ("problem" in recovered) throw new Error(recovered.problem);
    return recovered.bytes;
  } finally {
    restart.remove();
  }
};

describe("the rig itself", () => {
  let shared: Recording | undefined;
  const events = (): readonly TraceEvent[] => (shared ??= recorded(small("full"))).events;

  traced("is shown everything that SQLite does to its files", () => {
    const seen = coverageOf(recorded(workload(SEED)).events);
    expect(seen.acknowledgements).toBe(36 * (1 + 6 + 1));
    expect(seen.commits).toBeGreaterThan(100);
    expect(seen.checkpoints).toBeGreaterThan(4);
    expect(seen.walRestarts).toBeGreaterThan(2);
    expect(seen.walsDeleted).toBe(2);
    expect(seen.journalsDeleted).toBe(1);
  });

  traced("finds with synchronous=NORMAL that commits are lost, but nothing torn or corrupt", async () => {
    const tally = await replayed("normal");
    expect(tally).toMatchObject({ torn: 0, corrupt: 0, refused: 0 });
    expect(tally.lost).toBeGreaterThan(100);
    expect(tally.worstLoss).toBeGreaterThan(5);
  });

  traced("finds with synchronous=OFF that commits are lost and the file is damaged", async () => {
    const tally = await replayed("off");
    expect(tally.lost).toBeGreaterThan(100);
    expect(tally.torn + tally.corrupt).toBeGreaterThan(0);
  });

  traced("finds that a disk lies about the flushes of the WAL", async () => {
    expect((await replay(withoutFlushes(events(), "-wal"), SELF_TEST)).lost).toBeGreaterThan(100);
  });

  traced("finds that a disk lies about the flushes of the database", async () => {
    const { lost, torn, corrupt } = await replay(withoutFlushes(events(), ".db"), SELF_TEST);
    expect(lost).toBeGreaterThan(0);
    expect(torn + corrupt).toBeGreaterThan(0);
  });

  traced("finds that a disk lies about the flushes of the folder", async () => {
    expect((await replay(withoutFlushes(events(), "folder"), SELF_TEST)).lost).toBeGreaterThan(100);
  });

  traced("builds a state that failed again, from its numbers alone", async () => {
    const lying = withoutFlushes(events(), "-wal");
    const [failure] = (await replay(lying, SELF_TEST)).failures;
    if (failure === undefined) throw new Error("nothing failed");
    expect((await again(lying, failure.state)).tally.failures).toEqual([failure]);
  });

  traced("reads every row: one byte of a result that has changed is found", () => {
    const image = lastImage(events());
    const whole = contentsOf(image);
    expect(whole.problem).toBeUndefined();
    expect(whole.executions.get("e5")).toEqual({ steps: 6, isOver: true });
    const damaged = image.slice();
    const at = Buffer.from(image).indexOf("e5.3.e5.3");
    damaged[at] = 0x45;
    expect(contentsOf(damaged).problem).toContain("does not match its checksum");
  });
});
