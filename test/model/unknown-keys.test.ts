/** A misspelt key of a definition is told with the right one, at every depth. */
import { expect, test } from "bun:test";
import { defineWorkflow } from "../../src/model/definition.ts";

const problemOf = (given: object): string => {
  try {
    defineWorkflow({ name: "signup", run: () => 1, ...given });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  [{ retries: { attempts: 3 } }, 'there is no "retries": did you mean "retry"?'],
  [{ retry: { attempt: 3 } }, 'there is no "retry.attempt": did you mean "retry.attempts"?'],
  [{ schedule: { cron: "* * * * *", overlp: "skip" } }, 'there is no "schedule.overlp": did you mean "schedule.overlap"?'],
  [{ concurrency: { limit: 1, onlimit: "skip" } }, 'there is no "concurrency.onlimit": did you mean "concurrency.onLimit"?'],
  [{ rateLimit: { limit: 1, period: "1s", perod: 1 } }, 'did you mean "rateLimit.period"?'],
  [{ panic: { xyzzy: 1 } }, 'there is no "panic.xyzzy": there are maxRestarts, delay, factor, maxDelay'],
  [{ retries: 1, outptu: 1 }, 'did you mean "retry"?; there is no "outptu": did you mean "output"?'],
])("%j: %s", (given, problem) => {
  expect(problemOf(given)).toContain(problem);
});

test("the right ones are taken, and other mistakes are told as before", () => {
  expect(problemOf({ retry: { attempts: 3 }, schedule: { cron: "* * * * *", overlap: "skip" } })).toBe("");
  expect(problemOf({ version: 0 })).toContain("version: ");
});
