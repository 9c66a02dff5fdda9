/**
 * What is wrong with the arguments of a call, as an error that is the same on every pass: nothing is recorded for it.
 */
import type { StepOptions } from "../model/context.ts";
import { MAX_DURATION_MS, parseDuration } from "../model/duration.ts";
import { fail } from "../model/errors.ts";
import { checkName } from "../model/id.ts";
import { toIso } from "../model/instant.ts";

/** Latest instant a `Date` can hold, in ms. */
const MAX_INSTANT = 8.64e15;

/** Names are few and called often: what was found good once need not be looked at again. */
const good = new Set<unknown>();
const GOOD_MAX = 10_000;

export const badName = (what: string, name: unknown): Error | undefined => {
  if (good.has(name)) return undefined;
  const problem = checkName(what, name);
  if (problem !== undefined) return fail("NAME_INVALID", { what: `${what} name`, problem });
  if (good.size < GOOD_MAX) good.add(name);
  return undefined;
};

export const badInstant = (name: string, at: unknown, until: number, now: number): Error | undefined => {
  const where = `sleepUntil "${name}"`;
  if (!(Math.abs(until) <= MAX_INSTANT)) return fail("INSTANT_INVALID", { where, problem: `${String(at)} is not an instant` });
  // Compared with the clock of the pass, so that it is the same mistake on every pass.
  if (until - now > MAX_DURATION_MS) return fail("INSTANT_INVALID", { where, problem: `${toIso(until)} is more than 100 years away` });
  return undefined;
};

export const badKey = (name: string, key: string | number | undefined): Error | undefined =>
  key === undefined ? undefined : badName(`"${name}" key`, String(key));

export const badFunction = (name: string, fn: unknown): Error | undefined =>
  typeof fn === "function"
    ? undefined
    : fail("NAME_INVALID", { what: `call "${name}"`, problem: `its function is ${fn === null ? "null" : typeof fn}` });

/** What the types of the options would have refused. */
export const badOptions = (name: string, { compensate, verify, onExhausted }: StepOptions): Error | undefined => {
  const wrong = (problem: string): Error => fail("NAME_INVALID", { what: `step "${name}"`, problem });
  if (compensate !== undefined && typeof compensate !== "function") return wrong("its `compensate` is not a function");
  if (verify !== undefined && typeof verify !== "function") return wrong("its `verify` is not a function");
  if (onExhausted === undefined || onExhausted === "fail" || onExhausted === "pause") return undefined;
  return wrong('its `onExhausted` is neither "fail" nor "pause"');
};

/** A duration as milliseconds, or what is wrong with it. */
export const readDuration = (where: string, given: unknown): { readonly ms: number } | { readonly problem: Error } => {
  const parsed = parseDuration(given as string);
  return parsed.ok ? { ms: parsed.ms } : { problem: fail("DURATION_INVALID", { where, problem: parsed.problem }) };
};
