/** What a configuration may say, and how a mistake is told. */
import { describe, expect, test } from "bun:test";
import { checkConfiguration } from "../../src/model/configuration-schema.ts";
import { SETTING_KEYS } from "../../src/model/settings.ts";

const problem = (value: unknown): string => {
  const checked = checkConfiguration(value);
  return checked.ok ? "" : checked.error;
};

test("everything there is may be said, and comes out as it was", () => {
  const config = {
    durability: "normal",
    maxValueBytes: 4_194_304,
    hold: "1h 30m",
    output: "jsonl",
    timezone: "Europe/Paris",
    retry: { attempts: 5, delay: "2s", backoff: "linear", factor: 3, maxDelay: 60_000, jitter: false },
    panic: { maxRestarts: 0, delay: 0, factor: 1, maxDelay: "1m" },
    tick: { concurrency: 1, hold: "10s", maxTime: "50s" },
    daemon: { concurrency: 10_000, grace: "1m", hold: 0 },
    retention: { completed: "30d", failed: "forever", cancelled: 1, keep: 100 },
  };
  expect(checkConfiguration(config)).toEqual({ ok: true, value: config as never });
  const said = Object.entries(config).flatMap(([key, value]) =>
    typeof value === "object" ? Object.keys(value).map((name) => `${key}.${name}`) : [key],
  );
  expect(said.sort()).toEqual([...SETTING_KEYS].sort());
});

test("nothing has to be said", () => {
  expect(checkConfiguration({})).toEqual({ ok: true, value: {} });
  expect(checkConfiguration({ hold: undefined, tick: {} }).ok).toBe(true);
});

describe("a mistake", () => {
  test.each([
    [{ durability: "fast" }, 'durability is "fast": it takes full, normal'],
    [{ maxValueBytes: 1_023 }, "maxValueBytes is 1023: it takes a whole number from 1024 to 67108864"],
    [{ maxValueBytes: 67_108_865 }, "maxValueBytes is 67108865: it takes a whole number from 1024 to 67108864"],
    [{ tick: { concurrency: "many" } }, 'tick.concurrency is "many": it takes a whole number from 1 to 10000'],
    [{ daemon: { concurrency: 0 } }, "daemon.concurrency is 0: it takes a whole number from 1 to 10000"],
    [{ tick: { concurrency: 1.5 } }, "tick.concurrency is 1.5: it takes a whole number from 1 to 10000"],
    [{ tick: [] }, "tick is a list: it takes an object"],
    [{ daemon: { grace: true } }, 'daemon.grace is true: it takes a duration such as "90s"'],
    [{ timezone: "Europe/Pariss" }, 'timezone is "Europe/Pariss": it takes the name of a time zone such as "Europe/Paris"'],
    [{ retention: { failed: "always" } }, 'retention.failed is "always": it takes a duration such as "30d", or "forever"'],
    [{ retention: { keep: -1 } }, "retention.keep is -1: it takes a whole number from 0 to 1000000"],
    [{ output: "yaml" }, 'output is "yaml": it takes text, json, jsonl, ids'],
    [() => ({}), "what it exports is a function: it takes an object"],
    [null, "what it exports is null: it takes an object"],
  ])("%j is told with its key, its value and what would be right", (value, expected) => {
    expect(problem(value)).toBe(expected);
  });

  test("in a duration is told as everywhere, and its value once", () => {
    expect(problem({ hold: "5 minuts" })).toStartWith('hold: "5 minuts" ');
    expect(problem({ retry: { delay: "5" } })).toMatch(/^retry\.delay: "5" .*unit/);
  });

  test("in a name is told with the name that was meant", () => {
    expect(problem({ durabilty: "full" })).toBe('there is no "durabilty": did you mean "durability"?');
    expect(problem({ tick: { concurency: 5 } })).toBe('there is no "tick.concurency": did you mean "tick.concurrency"?');
    expect(problem({ retry: { attemps: 5 } })).toBe('there is no "retry.attemps": did you mean "retry.attempts"?');
    expect(problem({ tick: { zzzzzz: 5 } })).toBe('there is no "tick.zzzzzz": there are concurrency, hold, maxTime');
  });

  test("does not hide another", () => {
    expect(problem({ output: "yaml", hodl: "5m" }).split("; ")).toHaveLength(2);
  });

  test("shows no control characters of others", () => {
    expect(problem({ "ho\x1b[2Jld": 1, output: "\x1b[31mred" })).not.toContain("\x1b");
  });

  test("is told under the name that people know", () => {
    const checked = checkConfiguration({ hold: true }, (key) => `WF_${key.toUpperCase()}`);
    expect(checked).toEqual({ ok: false, error: 'WF_HOLD is true: it takes a duration such as "90s"' });
  });
});
