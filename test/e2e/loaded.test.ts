/**
 * Goal: a command loads what it uses and nothing else, lazily as well.
 *
 * Method: real processes that write down, as they end, which modules Bun has loaded.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { relative, resolve } from "node:path";
import { TICK_MODULES } from "../support/tick-modules.ts";
import { playground, type Playground } from "../support/wf.ts";

const SRC = resolve(import.meta.dir, "../../src");
const HELLO = `
import { Workflow } from "wflite";
export default Workflow.define({ name: "hello", run: (ctx) => ctx.step("greet", () => "Hello") });
`;
const PRELOAD = `
process.on("exit", () => require("node:fs").writeFileSync(process.env.LOADED, JSON.stringify(Object.keys(require.cache))));
`;

let at: Playground;
beforeAll(async () => {
  at = playground({ "hello.ts": HELLO });
  at.write("preload.cjs", PRELOAD);
  await at.wf("run", "hello");
  await at.wf("tick");
});
afterAll(() => at.remove());

/** Files of ours below src, and packages by name. */
const loadedBy = async (entry: string, ...argv: readonly string[]): Promise<ReadonlySet<string>> => {
  const list = at.path("loaded.json");
  const child = Bun.spawn([process.execPath, "--no-env-file", "--preload", at.path("preload.cjs"), resolve(SRC, "cli", entry), ...argv], {
    ...{ cwd: at.folder, env: { PATH: process.env["PATH"] ?? "", HOME: at.folder, LOADED: list } },
    ...{ stdin: "ignore" as const, stdout: "pipe" as const, stderr: "pipe" as const },
  });
  expect([await new Response(child.stderr).text(), await child.exited]).toEqual(["", 0]);
  const files = (await Bun.file(list).json()) as readonly string[];
  return new Set(
    files.flatMap((file) => {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
      return name !== undefined ? [name] : file.startsWith(SRC) ? [relative(SRC, file)] : [];
    }),
  );
};

test("wf tick with nothing due", async () => {
  expect([...(await loadedBy("tick-main.ts", "tick"))].sort()).toEqual([...TICK_MODULES]);
});

test("wf --help", async () => {
  const loaded = [...(await loadedBy("main.ts", "--help"))].sort();
  expect(loaded).toEqual([
    ...["cli/arrival.ts", "cli/exit-codes.ts", "cli/global-options.ts", "cli/main.ts", "cli/overview-help.ts", "cli/registry.ts"],
    "cli/signals.ts",
  ]);
});

const packagesOf = (loaded: ReadonlySet<string>): readonly string[] =>
  [...loaded].filter((name) => !name.includes("/") && !name.endsWith(".ts")).sort();

test("wf run in a pipe needs neither commander, colours, tables nor a spinner", async () => {
  expect(packagesOf(await loadedBy("main.ts", "run", "hello", "--json", "-q"))).toEqual(["devalue"]);
});

test("wf status as a document needs neither commander nor tables", async () => {
  expect(packagesOf(await loadedBy("main.ts", "status", "--json"))).toEqual(["devalue"]);
});
