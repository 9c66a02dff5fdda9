/**
 * All points of a rig: for each kind of blow the first call it can meet, the second, and so on, until a run is over before the blow falls.
 *
 * `WF_POINT="pwrite64 signal=SIGKILL 12"` runs that point of each series alone; the count of points is then too small.
 */
import type { Blow } from "./strike.ts";

export type Kind = Omit<Blow, "at">;

export interface Outcome {
  /** False once the run has fewer such calls. */
  readonly wasHit: boolean;
  /** Sentences; none is the only good answer. */
  readonly wrong: readonly string[];
}

export interface Swept {
  /** How many blows have fallen. */
  readonly points: number;
  /** Each names the point at which it was found. */
  readonly wrong: readonly string[];
}

export interface Series {
  readonly kinds: readonly Kind[];
  /** Where it begins, from 1. Default 1. */
  readonly from?: number;
  /** Default 1: every call. */
  readonly stride?: number;
  /** Programs that run at the same time: strace and the disk let them wait half of the time. Default 2. */
  readonly lanes?: number;
  /** Misses after which a series is over: more than one where chance decides how many calls a run makes. Default 1. */
  readonly patience?: number | undefined;
  /** Goes before each finding. */
  readonly name: string;
}

const ASKED = process.env["WF_POINT"];

export const sweep = async (series: Series, run: (blow: Blow) => Promise<Outcome>): Promise<Swept> => {
  const { kinds, from = 1, stride = 1, lanes = 2, patience = 1, name } = series;
  const open = kinds.map((kind) => ({ kind, next: from, misses: 0 }));
  const nextOf = () => open.find(({ misses }) => misses < patience);
  const wrong: string[] = [];
  let points = 0;
  const lane = async (): Promise<void> => {
    for (let one = nextOf(); one !== undefined; one = nextOf()) {
      const { kind, next: at } = one;
      one.next += stride;
      const point = `${kind.syscall} ${kind.effect} ${at}`;
      const isAsked = ASKED === undefined || ASKED === point;
      const outcome = isAsked ? await run({ ...kind, at: `${at}` }).catch(unexpected) : { wasHit: at < SEARCH_MAX, wrong: [] };
      if (outcome.wasHit) points += isAsked ? 1 : 0;
      else one.misses++;
      wrong.push(...outcome.wrong.map((what) => `${name}, ${point}: ${what}`));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { points, wrong };
};

const unexpected = (error: unknown): Outcome => ({ wasHit: false, wrong: [`the rig has failed: ${Bun.inspect(error)}`] });

/** Where a point that was asked for is no longer looked for. */
const SEARCH_MAX = 10_000;
