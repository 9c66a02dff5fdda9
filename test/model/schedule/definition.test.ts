/** The `schedule` of a definition: what is taken, what is refused and in which words. */
import { describe, expect, test } from "bun:test";
import { defineWorkflow } from "../../../src/model/definition.ts";
import { ValidationError } from "../../../src/model/errors.ts";

const defined = (schedule: unknown) => defineWorkflow({ name: "report", schedule: schedule as { cron: string }, run: () => 1 }).schedule;

const refusal = (schedule: unknown): string => {
  try {
    defined(schedule);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return (error as Error).message;
  }
  throw new Error(`${JSON.stringify(schedule)} was taken`);
};

describe("a schedule", () => {
  test("has its defaults filled in", () => {
    expect(defined({ cron: " 0  9 * * MON " })).toEqual({
      cron: "0 9 * * MON",
      timezone: null,
      overlap: "skip",
      catchUp: "latest",
      windowMs: 86_400_000,
      jitterMs: 0,
      input: undefined,
    });
  });

  test("may say all of it", () => {
    const given = {
      cron: "@daily",
      timezone: "europe/PARIS",
      overlap: "queue",
      catchUp: "all",
      catchUpWindow: "3d",
      jitter: "5m",
      input: { a: 1 },
    };
    expect(defined(given)).toEqual({
      cron: "@daily",
      timezone: "Europe/Paris",
      overlap: "queue",
      catchUp: "all",
      windowMs: 259_200_000,
      jitterMs: 300_000,
      input: { a: 1 },
    });
  });

  test("may be missing", () => {
    expect(defined(undefined)).toBeNull();
  });

  test.each(["0 9 * * *", "*/5 8-18 * * MON-FRI", "0 0 1,15 * *", "0 9 L * *", "30 0 9 * * *", "0 9 * * FRI#2", "@hourly", "0 0 29 2 *"])(
    "may run at %s",
    (cron) => {
      expect(defined({ cron })?.cron).toBe(cron);
    },
  );
});

describe("a schedule that cannot be", () => {
  test.each([
    [{ cron: "0 25 * * *" }, 'schedule.cron: the hour "25" of "0 25 * * *" is not right: it takes 0 to 23'],
    [{ cron: "61 9 * * *" }, 'the minute "61" of "61 9 * * *" is not right: it takes 0 to 59'],
    [{ cron: "0 9 32 * *" }, 'the day of the month "32"'],
    [{ cron: "0 9 * 13 *" }, 'the month "13"'],
    [{ cron: "0 9 * * FUN" }, 'the day of the week "FUN"'],
    [{ cron: "0 22-2 * * *" }, "a range goes upwards"],
    [{ cron: "/5 * * * *" }, "a step follows a star or a range, as in */5"],
    [{ cron: "0 9 * *" }, '"0 9 * *" has 4 fields, not five: write "minute hour day month weekday"'],
    [{ cron: "0 0 9 * * * 2026" }, "has 7 fields, not five"],
    [{ cron: "2026-03-03T09:00:00" }, "has one field, not five"],
    [{ cron: "" }, "an empty text is no cron pattern"],
    [{ cron: "@reboot" }, '"@reboot" is no name of a schedule: there are @yearly'],
    [{ cron: "0 0 30 2 *" }, '"0 0 30 2 *" never comes'],
    [{ cron: "0 0 31 4,6,9,11 *" }, "never comes"],
    [{ cron: 9 }, 'schedule.cron: must be a cron pattern, as in "0 9 * * MON"'],
    [{ timezone: "UTC" }, "schedule.cron: must be a cron pattern"],
    [{ cron: "0 9 * * *", timezone: "Europe/Pariss" }, 'schedule.timezone: "Europe/Pariss" is no time zone: did you mean "Europe/Paris"?'],
    [{ cron: "0 9 * * *", timezone: "+01:00" }, '"+01:00" is an offset, which knows no summer time'],
    [{ cron: "0 9 * * *", timezone: "Mars" }, "zones are named as in"],
    [{ cron: "0 9 * * *", overlap: "never" }, "schedule.overlap"],
    [{ cron: "0 9 * * *", catchUp: "some" }, "schedule.catchUp"],
    [{ cron: "0 9 * * *", catchUpWindow: "30s" }, "schedule.catchUpWindow: 30s is too short"],
    [{ cron: "0 9 * * *", catchUpWindow: "soon" }, 'schedule.catchUpWindow: "soon" is not a duration'],
    [{ cron: "0 9 * * *", jitter: "2d" }, "schedule.jitter: 2d is too long"],
    [{ cron: "0 9 * * *", when: 1 }, "when"],
    ["0 9 * * *", 'schedule: must be an object, as in { cron: "0 9 * * MON" }'],
  ] as const)("is refused with the field, the value and what is right: %j", (schedule, words) => {
    expect(refusal(schedule)).toContain(words);
    expect(refusal(schedule)).toContain('in workflow "report"');
  });
});
