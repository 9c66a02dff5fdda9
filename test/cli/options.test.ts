import { describe, expect, test } from "bun:test";
import { readGlobals, sniffFormat, splitArgv } from "../../src/cli/options.ts";

describe("finding the command's name in argv", () => {
  test("takes the first argument that is no flag", () => {
    expect(splitArgv(["run", "signup", "a=1"])).toEqual({ name: "run", rest: ["signup", "a=1"] });
  });

  test("passes over the values of global options", () => {
    for (const flag of ["--dir", "--db", "-o", "--output", "--env-file"]) {
      expect(splitArgv([flag, "x", "run"])).toEqual({ name: "run", rest: [flag, "x"] });
    }
  });

  test("knows that a value after = takes no further argument", () => {
    expect(splitArgv(["--dir=/x", "status", "y"])).toEqual({ name: "status", rest: ["--dir=/x", "y"] });
  });

  test("passes over flags without values", () => {
    expect(splitArgv(["--json", "-q", "list"])).toEqual({ name: "list", rest: ["--json", "-q"] });
  });

  test("finds none where there is none", () => {
    expect(splitArgv([]).name).toBeUndefined();
    expect(splitArgv(["--dir", "run"]).name).toBeUndefined();
    expect(splitArgv(["--", "run"]).name).toBeUndefined();
  });
});

describe("telling the output format before parsing", () => {
  test("knows every way to ask for JSON", () => {
    for (const argv of [["--json"], ["-o", "json"], ["--output", "json"], ["--output=json"], ["-ojson"]])
      expect(sniffFormat(argv)).toBe("json");
  });

  test("takes text where nothing or nonsense is asked for", () => {
    for (const argv of [[], ["run"], ["-o"], ["-o", "yaml"], ["--", "--json"]]) expect(sniffFormat(argv)).toBe("text");
  });

  test("knows the other formats", () => {
    expect(sniffFormat(["-o", "jsonl"])).toBe("jsonl");
    expect(sniffFormat(["-o", "ids"])).toBe("ids");
  });
});

describe("the global options", () => {
  test("have their defaults", () => {
    expect(readGlobals({}, {})).toEqual({
      ...{ dir: undefined, db: undefined, format: "text", isFormatGiven: false, quiet: false, noColour: false, utc: false },
    });
  });

  test("take the database from WF_DB, and --db before it", () => {
    expect(readGlobals({}, { WF_DB: "env.db" }).db).toBe("env.db");
    expect(readGlobals({ db: "flag.db" }, { WF_DB: "env.db" }).db).toBe("flag.db");
  });

  test("take an empty WF_DB for none, and refuse an empty --db", () => {
    expect(readGlobals({}, { WF_DB: "" }).db).toBeUndefined();
    expect(() => readGlobals({ db: "" }, {})).toThrow("--db is empty");
  });

  test("refuse an unknown format and name those there are", () => {
    expect(() => readGlobals({ output: "yaml" }, {})).toThrow(
      expect.objectContaining({ code: "USAGE", hint: "-o takes text, json, jsonl, ids." }),
    );
  });

  test("refuse --json beside another format, and take it beside -o json", () => {
    expect(() => readGlobals({ json: true, output: "ids" }, {})).toThrow("contradict");
    expect(readGlobals({ json: true, output: "json" }, {}).format).toBe("json");
  });
});
