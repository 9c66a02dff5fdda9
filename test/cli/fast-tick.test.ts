import { describe, expect, test } from "bun:test";
import { fastTickPlace } from "../../src/cli/fast-tick.ts";

describe("the fast way of wf tick", () => {
  test("is gone without flags and with those that need no checking", () => {
    expect(fastTickPlace(["tick"], undefined)).toEqual({});
    expect(fastTickPlace(["tick", "-q", "--quiet", "--no-color"], undefined)).toEqual({});
    expect(fastTickPlace(["tick", "--dir", "/a", "--db=/b"], undefined)).toEqual({ dir: "/a", db: "/b" });
    expect(fastTickPlace(["tick", "--dir=/a=b"], undefined)).toEqual({ dir: "/a=b" });
  });

  test("takes the database from the environment, and --db before it", () => {
    expect(fastTickPlace(["tick"], "env.db")).toEqual({ db: "env.db" });
    expect(fastTickPlace(["tick"], "")).toEqual({});
    expect(fastTickPlace(["tick", "--db", "flag.db"], "env.db")).toEqual({ db: "flag.db" });
  });

  test("is not gone by any other command", () => {
    for (const argv of [[], ["run"], ["--dir", "x", "tick"], ["help", "tick"]]) expect(fastTickPlace(argv, undefined)).toBeUndefined();
  });

  test("is not gone with any other flag, an argument, or a value that is missing", () => {
    for (const more of [
      "--json",
      "-o",
      "--help",
      "--fail-on",
      "--env-file",
      "--db",
      "--dir",
      "--dir=",
      "now",
      "--",
      "--concurrency=5",
      "-qv",
    ]) {
      expect([more, fastTickPlace(["tick", more], undefined)]).toEqual([more, undefined]);
    }
  });
});
