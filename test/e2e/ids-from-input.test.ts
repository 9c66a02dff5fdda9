/** Wherever a command takes an id it takes `-`, for ids on standard input; the usage of each command says whether it does. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { COMMANDS } from "../../src/cli/registry.ts";
import { wfHere } from "../support/in-process.ts";
import { type Finished, playground, type Playground } from "../support/wf.ts";
import { WORKFLOWS } from "./contract/workflows.ts";

/** What else such a command needs. */
const MORE: Readonly<Record<string, readonly string[]>> = { send: ["go"], resolve: ["rest", "--skip"] };

const usages = await Promise.all(COMMANDS.filter(({ isHidden }) => !isHidden).map(async ({ load }) => (await load()).usage));
const nameOf = (usage: string): string => usage.split(" ")[0] ?? "";
/** As `history <id>`, `status [id]`, `graph <workflow|id>`; and as `cancel [ids...]`. */
const single = usages.filter((usage) => /^\S+ [<[](?:\w+\|)?id[>\]]/.test(usage)).map(nameOf);
const several = usages.filter((usage) => /^\S+ [<[]ids\.\.\.[>\]]/.test(usage)).map(nameOf);

let at: Playground;
beforeAll(async () => {
  at = playground({ "all.ts": WORKFLOWS });
  for (const id of ["a-1", "a-2"]) await wfHere({ folder: at.folder }, ["run", "nap", "--id", id, "--hold", "0"]);
});
afterAll(() => at.remove());

const given = (stdin: string, name: string): Promise<Finished> =>
  wfHere({ folder: at.folder, stdin }, [name, "-", ...(MORE[name] ?? []), "--json"]);

test("these commands take ids", () => {
  for (const name of ["status", "history", "why", "logs", "send", "approve", "reject", "resolve", "fork"]) expect(single).toContain(name);
  for (const name of ["wait", "cancel", "pause", "resume", "retry", "restart", "rerun", "wake"]) expect(several).toContain(name);
});

describe.each([...single, ...several])("wf %s -", (name) => {
  test("looks for the id that it reads", async () => {
    const { code, stdout } = await given("\n  nobody-here\n", name);
    expect([code, stdout]).toEqual([4, expect.stringContaining("nobody-here")]);
  });
});

describe.each(single)("wf %s -", (name) => {
  test("takes exactly one", async () => {
    for (const [stdin, problem] of [
      [" \n", "holds no execution id"],
      ["a-1\na-2\n", "holds 2 ids"],
    ] as const) {
      const { code, stdout } = await given(stdin, name);
      expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: "USAGE", message: expect.stringContaining(problem) } }]);
    }
  });
});

describe.each(several)("wf %s -", (name) => {
  test("of nothing is nothing to do, but where it would leave a file empty", async () => {
    expect((await given("", name)).code).toBe(name === "export" ? 2 : 0);
  });
});

test("standard input is read for one thing only", async () => {
  for (const argv of [
    ["send", "-", "go", "-"],
    ["resolve", "-", "rest", "--result", "-"],
    ["fork", "-", "--input", "-"],
  ]) {
    const { code, stderr } = await wfHere({ folder: at.folder, stdin: "a-1" }, argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining("Standard input cannot hold both")]);
  }
});
