/**
 * The power fails after every event of a recording, in many ways each.
 *
 *     event ─► disk ─┬─ everything kept: the process alone died ─► an image that was committed; those that follow are held to them
 *                    ├─ only what is durable
 *                    └─ drawn subsets, until this event has had its share of states
 *
 * What is counted:
 *   lost      something acknowledged before that moment is not in it
 *   torn      sound in itself, but no image that was ever committed: half of a transaction, or an older one beside a newer one
 *   corrupt   unreadable, or a row or page is damaged
 *   refused   SQLite takes it, the product does not, or finds something else in it
 *   unborn    the same before anything was acknowledged: nothing is lost, but the first start does not get over it
 *
 * A state is a set of files that no earlier one was equal to; each is opened. Where the same files come again after a later event, they are
 * judged again by what has been acknowledged since.
 */
import { type Contents, contentsOf } from "./contents.ts";
import { ALL_KEPT, Disk, drawnFate, type Fate, type Files, NONE_KEPT } from "./disk.ts";
import { Promises } from "./promises.ts";
import { Restart } from "./restart.ts";
import type { TraceEvent } from "./trace.ts";

/** Enough to build it again from the same recording. */
export interface State {
  readonly seed: number;
  /** Events of the recording that had happened. */
  readonly after: number;
  /** Which of the ways to fail then: 0 keeps everything, 1 only what is durable, the others are drawn. */
  readonly way: number;
}

export interface Failure {
  readonly kind: "lost" | "torn" | "corrupt" | "refused" | "unborn";
  readonly why: string;
  readonly state: State;
}

export interface Tally {
  /** Distinct sets of files, each of them opened. */
  states: number;
  /** Of these, opened by the product too. */
  throughProduct: number;
  /** Distinct databases that came out, each of them read in full. */
  images: number;
  lost: number;
  torn: number;
  corrupt: number;
  refused: number;
  unborn: number;
  /** The most acknowledgements that one state has lost. */
  worstLoss: number;
  /** The first few of each kind. */
  readonly failures: Failure[];
}

export interface ReplayOptions {
  readonly seed: number;
  /** How many to aim at. */
  readonly states: number;
}

/** One state in so many is also opened as the product does it. */
const PRODUCT_EVERY = 20;

/** Draws for one state that is new. Where little is pending there are few ways to fail, and later events get the rest. */
const DRAWS_PER_STATE = 4;

/** A recording can end with little that is pending; by this part of it all states have been asked for. */
const SHARED_OUT_BY = 0.95;

const FAILURES_TOLD = 3;

interface Image extends Contents {
  isCommitted: boolean;
}

export const replay = async (events: readonly TraceEvent[], { seed, states }: ReplayOptions): Promise<Tally> => {
  const replaying = new Replay(seed);
  try {
    for (const [at, event] of events.entries()) {
      await replaying.reach(event);
      await replaying.fillUp(Math.ceil(states * Math.min(1, (at + 1) / (events.length * SHARED_OUT_BY))));
    }
    return replaying.tally;
  } finally {
    replaying.end();
  }
};

/** One state again: what is found in it, and its files. */
export const again = async (events: readonly TraceEvent[], { seed, after, way }: State): Promise<{ tally: Tally; files: Files }> => {
  const replaying = new Replay(seed);
  try {
    for (const event of events.slice(0, after)) await replaying.reach(event);
    return { tally: replaying.tally, files: await replaying.fail(way) };
  } finally {
    replaying.end();
  }
};

export const fateOf = ({ seed, after, way }: State, pending: readonly number[]): Fate => {
  if (way < 2) return way === 0 ? ALL_KEPT : NONE_KEPT;
  return drawnFate(`${seed} ${after} ${way}`, pending);
};

class Replay {
  readonly tally: Tally = {
    ...{ states: 0, throughProduct: 0, images: 0, lost: 0, torn: 0, corrupt: 0, refused: 0, unborn: 0, worstLoss: 0, failures: [] },
  };
  readonly #seed: number;
  /** Events so far. */
  #after = 0;
  readonly #disk = new Disk();
  readonly #promises = new Promises();
  readonly #restart = new Restart();
  /** By the files. */
  readonly #states = new Map<bigint, Image>();
  /** By what SQLite shows of them. */
  readonly #images = new Map<bigint, Image>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The process dies after this event; so what is in the database then was committed. */
  async reach(event: TraceEvent): Promise<void> {
    if (event.what === "acknowledged") this.#promises.take(event);
    else this.#disk.apply(event);
    this.#after++;
    await this.fail(0);
  }

  /** The power fails after the last event reached, until there are so many states in all. */
  async fillUp(states: number): Promise<void> {
    if (this.#disk.pending().length === 0) return;
    const ways = DRAWS_PER_STATE * (states - this.tally.states);
    for (let way = 1; way === 1 || (way <= ways && this.tally.states < states); way++) await this.fail(way);
  }

  async fail(way: number): Promise<Files> {
    const state = { seed: this.#seed, after: this.#after, way };
    const files = this.#disk.fail(fateOf(state, this.#disk.pending()));
    const digest = digestOf(files);
    let image = this.#states.get(digest);
    if (image === undefined) {
      image = await this.#opened(files, state);
      this.#states.set(digest, image);
    }
    if (way === 0) image.isCommitted = true;
    this.#judge(image, state);
    return files;
  }

  end(): void {
    this.#restart.remove();
  }

  async #opened(files: Files, state: State): Promise<Image> {
    this.tally.states++;
    this.#restart.put(files);
    const recovered = this.#restart.recover();
    if ("problem" in recovered) return { executions: new Map(), problem: recovered.problem, isCommitted: false };
    const digest = Bun.hash.xxHash64(recovered.bytes) as bigint;
    if (this.#promises.isEmpty || this.tally.states % PRODUCT_EVERY === 0) await this.#throughProduct(files, digest, state);
    const known = this.#images.get(digest);
    if (known !== undefined) return known;
    this.tally.images++;
    const image: Image = { ...contentsOf(recovered.bytes), isCommitted: false };
    this.#images.set(digest, image);
    return image;
  }

  /** @param digest of what SQLite has shown; a database that is set up must be the same to the product */
  async #throughProduct(files: Files, digest: bigint, state: State): Promise<void> {
    this.tally.throughProduct++;
    this.#restart.put(files);
    this.#restart.putNoise();
    const problem = this.#restart.problemOfProduct() ?? this.#otherThan(digest) ?? (await this.#restart.problemOfSetup());
    if (problem !== undefined) this.#count({ kind: this.#promises.isEmpty ? "unborn" : "refused", why: problem, state });
  }

  #otherThan(digest: bigint): string | undefined {
    if (this.#promises.isEmpty) return undefined; // opening it has begun to set it up
    const recovered = this.#restart.recover();
    if ("problem" in recovered) return recovered.problem;
    return Bun.hash.xxHash64(recovered.bytes) === digest ? undefined : "to the product it is another database";
  }

  #judge(image: Image, state: State): void {
    if (image.problem !== undefined) return this.#count({ kind: "corrupt", why: image.problem, state });
    if (!image.isCommitted) this.#count({ kind: "torn", why: "this was never committed", state });
    const missing = this.#promises.missingIn(image.executions);
    if (missing.length === 0) return;
    this.tally.worstLoss = Math.max(this.tally.worstLoss, missing.length);
    this.#count({ kind: "lost", why: `acknowledged and gone: ${missing.slice(0, 5).join(", ")}`, state });
  }

  #count(failure: Failure): void {
    if (this.tally[failure.kind]++ < FAILURES_TOLD) this.tally.failures.push(failure);
  }
}

const digestOf = (files: Files): bigint => {
  const parts = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${name} ${bytes.length} ${Bun.hash.xxHash64(bytes)}`);
  return Bun.hash.xxHash64(parts.join("\n")) as bigint;
};
