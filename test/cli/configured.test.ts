/** The project's settings as commands see them: who speaks how, and what a broken file stops. */
import { describe, expect, test } from "bun:test";
import { fail } from "../../src/model/errors.ts";
import { configurationOf } from "../../src/model/settings.ts";
import type { WfliteConfig } from "../../src/model/configuration.ts";
import { acting } from "./acting.ts";
import type { Given } from "./harness.ts";

const saying = (values: WfliteConfig): NonNullable<Given["opener"]> => ({
  configureProject: () => Promise.resolve(configurationOf([{ values, from: () => "wf.config.ts" }])),
});
const problem = fail("CONFIG_INVALID", { where: "wf.config.ts", problem: "it does not load: boom" });
const broken: NonNullable<Given["opener"]> = { configureProject: () => Promise.resolve(configurationOf([], problem)) };

describe("output", () => {
  const show = (line: string, config: WfliteConfig) =>
    acting(line, ({ out }) => (out.result({ a: 1 }, () => "text"), 0), { opener: saying(config) }, { config: "needed" });

  test("of the project holds where -o was not given", async () => {
    expect((await show("act", { output: "jsonl" })).stdout).toBe('{"a":1}\n');
    expect((await show("act", {})).stdout).toBe("text\n");
  });

  test("gives way to a flag, also to one that asks for the default", async () => {
    expect((await show("act -o text", { output: "json" })).stdout).toBe("text\n");
    expect((await show("act --json", { output: "ids" })).stdout).toBe('{\n  "a": 1\n}\n');
  });
});

describe("a broken file", () => {
  const act = ({ configuration, out }: { configuration: { settings: { holdMs: number } }; out: { note(text: string): void } }): number => {
    out.note(`hold ${configuration.settings.holdMs}`);
    return 0;
  };

  test("ends a command that needs it with 2, before it does anything", async () => {
    const ran = await acting("act", act, { opener: broken }, { config: "needed" });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toStartWith("error: wf.config.ts: it does not load: boom\n");
    expect(ran.stderr).not.toContain("hold 60000");
    const asJson = await acting("act --json", act, { opener: broken }, { config: "needed" });
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: "CONFIG_INVALID" } });
  });

  test("is a warning to one that only looks, which goes on with the defaults", async () => {
    const ran = await acting("act", act, { opener: broken }, { config: "optional" });
    expect(ran).toMatchObject({ code: 0, stderr: "warning: wf.config.ts: it does not load: boom\nhold 60000\n" });
  });

  test("is not looked at by one that asks for no settings", async () => {
    const opener: NonNullable<Given["opener"]> = { configureProject: () => Promise.reject(new Error("asked")) };
    expect(await acting("act", act, { opener }, { config: "none" })).toMatchObject({ code: 0, stderr: "hold 60000\n" });
  });
});

test("where there is no project, a command that only looks is left to say so itself", async () => {
  const opener: NonNullable<Given["opener"]> = { configureProject: () => Promise.reject(fail("USAGE", { problem: "There is no folder" })) };
  expect(await acting("act", () => 0, { opener }, { config: "optional" })).toMatchObject({ code: 0, stderr: "" });
  expect(await acting("act", () => 0, { opener }, { config: "needed" })).toMatchObject({ code: 2 });
});

test("the project is opened with the settings that were read", async () => {
  const { opened } = await acting(
    "act",
    async (context) => (await context.client(), 0),
    { opener: saying({ durability: "normal" }) },
    { config: "needed" },
  );
  expect(opened).toMatchObject([{ configured: { settings: { durability: "normal" } } }]);
});
