/**
 * Goal: the tree is built as its table of layers says, and stays so.
 *
 * Method: each rule is a function over the syntax tree of one file (or over all of them), and is held to two things: it finds a made-up
 * offender and nothing in its neighbour that is right, and it finds nothing in `src`.
 */
import { describe, expect, test } from "bun:test";
import manifest from "../package.json" with { type: "json" };
import { barrels, cycles, databases, layers, PACKAGES, packages, startUpLoads } from "./architecture/layers.ts";
import { anys, consoles, defaultExports, enums } from "./architecture/page.ts";
import { clockAndChance, inputOutput, sql } from "./architecture/purity.ts";
import { parse, readSources, type Rule } from "./architecture/source.ts";

const sources = readSources("src");
const publicEntries = Object.values(manifest.exports).map((path) => path.replace("./", ""));

interface Case {
  readonly rule: Rule;
  /** Path and text. */
  readonly wrong: readonly (readonly [string, string])[];
  readonly right: readonly (readonly [string, string])[];
}

const holds = (title: string, { rule, wrong, right }: Case): void =>
  describe(title, () => {
    test.each(wrong)("an offender in %s is found: %s", (path, text) => expect(rule(parse(path, text))).not.toEqual([]));
    test.each(right)("nothing is found in %s: %s", (path, text) => expect(rule(parse(path, text))).toEqual([]));
    test("it holds in src", () => expect(sources.flatMap(rule)).toEqual([]));
  });

test("the tree is read at all", () => {
  expect(sources.map(({ path }) => path)).toContain("src/model/id.ts");
  expect(sources.find(({ path }) => path === "src/model/id.ts")?.tree.statements.length).toBeGreaterThan(0);
});

holds("a folder imports only what its layer may", {
  rule: layers,
  wrong: [
    ["src/model/a.ts", 'import { b } from "../replay/b.ts";'],
    ["src/model/deep/a.ts", 'import "../../engine/b.ts";'],
    ["src/model/a.ts", 'export { b } from "../replay/b.ts";'],
    ["src/model/a.ts", 'export type { B } from "../replay/b.ts";'],
    ["src/model/a.ts", 'type B = import("../replay/b.ts").B;'],
    ["src/model/a.ts", 'import { start } from "wflite";'],
    ["src/replay/a.ts", 'import type { B } from "../engine/b.ts";'],
    ["src/engine/a.ts", 'const b = await import("../sqlite/b.ts");'],
    ["src/engine/a.ts", 'const b = require("../host/b.ts");'],
    ["src/host/a.ts", 'import type { Store } from "../engine/store.ts";'],
    ["src/sqlite/a.ts", 'import type { Host } from "../engine/host.ts";'],
    ["src/shell/a.ts", 'import { b } from "../engine/b.ts";'],
    ["src/transactions/a.ts", 'import { b } from "../sqlite/b.ts";'],
    ["src/transactions/a.ts", 'import type { Store } from "../engine/store.ts";'],
    ["src/restate/a.ts", 'import { b } from "../replay/b.ts";'],
    ["src/server/a.ts", 'import { b } from "../open.ts";'],
    ["src/dashboard/a.tsx", 'import { b } from "../model/b.ts";'],
    ["src/dashboard/a.tsx", 'import type { B } from "../engine/b.ts";'],
    ["src/cli/a.ts", 'import type { B } from "../engine/b.ts";'],
    ["src/testing/a.ts", 'import { b } from "../cli/b.ts";'],
    ["src/cli/a.ts", 'import { b } from "../../test/b.ts";'],
    ["src/tools/a.ts", "export const a = 1;"],
    ["src/stray.ts", "export const a = 1;"],
  ],
  right: [
    ["src/model/deep/a.ts", 'import { b } from "../b.ts"; import { c } from "./c.ts"; import { z } from "zod";'],
    ["src/model/a.ts", '// import { b } from "../replay/b.ts"\nexport const a = \'import "../engine/b.ts"\';'],
    ["src/replay/a.ts", 'import type { B } from "../model/b.ts";'],
    ["src/engine/a.ts", 'import { b } from "../model/b.ts"; import { c } from "../replay/c.ts";'],
    ["src/host/a.ts", 'import type { Host } from "../engine/host.ts"; import { b } from "../model/b.ts";'],
    ["src/sqlite/a.ts", 'import type { Store } from "../engine/store.ts"; import { b } from "../model/b.ts";'],
    ["src/dashboard/a.tsx", 'import { type B } from "../model/b.ts"; import type { C } from "../server/c.ts";'],
    ["src/cli/a.ts", 'const o = import("../open.ts"); import { b } from "../model/b.ts"; import p from "../../package.json";'],
    ["src/transactions/a.ts", 'import type { Host } from "../engine/host.ts"; import { b } from "../model/b.ts";'],
    ["src/testing/a.ts", 'import { a } from "../engine/a.ts"; import { b } from "../sqlite/b.ts"; import { c } from "../host/c.ts";'],
    ["src/open.ts", 'import { a } from "./engine/a.ts"; import { b } from "./cli/b.ts";'],
    ["src/index.ts", 'export { a } from "./sqlite/a.ts";'],
  ],
});

describe("no files import each other in a circle", () => {
  const made = (...files: readonly (readonly [string, string])[]): readonly string[] =>
    cycles(files.map(([name, target]) => parse(`src/model/${name}.ts`, target === "" ? "" : `import type { X } from "./${target}.ts";`)));

  test("a circle is found, of two, of three and of one, entered from outside", () => {
    expect(made(["a", "b"], ["b", "a"])).toEqual(["src/model/a.ts -> src/model/b.ts -> src/model/a.ts"]);
    expect(made(["a", "b"], ["b", "c"], ["c", "a"])).toHaveLength(1);
    expect(made(["a", "a"])).toHaveLength(1);
    expect(made(["a", "b"], ["b", "c"], ["c", "b"])).toEqual(["src/model/b.ts -> src/model/c.ts -> src/model/b.ts"]);
  });
  test("a diamond is none", () => {
    const top = parse("src/model/top.ts", 'import "./left.ts"; export { r } from "./right.ts";');
    const [left, right] = ["left", "right"].map((name) => parse(`src/model/${name}.ts`, 'import "./foot.ts";'));
    expect(cycles([top, left ?? top, right ?? top, parse("src/model/foot.ts", "")])).toEqual([]);
  });
  test("it holds in src", () => expect(cycles(sources)).toEqual([]));
});

holds("there is no barrel but the public entries", {
  rule: barrels(publicEntries),
  wrong: [
    ["src/model/all.ts", 'export * from "./a.ts"; export { b } from "./b.ts";'],
    ["src/model/all.ts", 'import { b } from "./b.ts"; export { b };'],
    ["src/model/index.ts", 'export type { B } from "./b.ts";'],
  ],
  right: [
    ["src/index.ts", 'export * from "./model/a.ts";'],
    ["src/model/a.ts", 'export * from "./b.ts"; export const a = 1;'],
    ["src/cli/main.ts", 'import "./a.ts";'],
  ],
});

holds("time, chance and timers are the host's", {
  rule: clockAndChance,
  wrong: [
    "Date.now()",
    "const clock = Date.now;",
    'Date["now"]()',
    "globalThis.Date.now()",
    "const { now } = Date;",
    "new Date()",
    "new Date",
    "Date()",
    "performance.now()",
    "Temporal.Now.instant()",
    "Math.random()",
    "const { random: draw } = Math;",
    "crypto.randomUUID()",
    "crypto.getRandomValues(bytes)",
    'import { randomBytes } from "node:crypto";',
    "setTimeout(f, 1)",
    "const wait = setTimeout;",
    "g({ delay: setTimeout })",
    "globalThis.setInterval(f, 1)",
    "setImmediate(f)",
    "clearTimeout(id)",
    "Bun.sleep(1)",
    "Bun.randomUUIDv7()",
    "Bun.nanoseconds()",
    "process.hrtime.bigint()",
    "AbortSignal.timeout(5)",
    'import { setTimeout as wait } from "node:timers/promises";',
    'const timers = await import("node:timers");',
  ].map((text) => ["src/engine/a.ts", text] as const),
  right: [
    ["src/host/clock.ts", "export const now = Date.now; setTimeout(f, 1); Math.random(); new Date();"],
    ["src/engine/a.ts", "new Date(now); Date.parse(text); Math.floor(x); host.now(); clock.setTimeout(f, 1); queueMicrotask(f);"],
    ["src/engine/a.ts", "interface Timers { setTimeout(f: () => void): void; readonly setInterval: number }"],
    ["src/engine/a.ts", "const say = 'Date.now()'; // Math.random()\nconst { now } = host; const { setTimeout: later } = timers;"],
    ["src/engine/a.ts", 'import { createHash } from "node:crypto"; const p = process.platform;'],
  ],
});

holds("a package has one place", {
  rule: packages,
  wrong: [
    ["src/model/a.ts", 'import chalk from "chalk";'],
    ["src/sqlite/a.ts", 'import { z } from "zod";'],
    ["src/engine/a.ts", 'import type { ZodType } from "zod/v4";'],
    ["src/cli/a.ts", 'const x = await import("left-pad");'],
    ["src/cli/a.ts", 'import x from "@scope/name/part";'],
  ],
  right: [
    ["src/cli/a.ts", 'const chalk = await import("chalk"); import { z } from "zod";'],
    ["src/open.ts", 'import * as zod from "zod";'],
    ["src/model/a.ts", 'import { stringify } from "devalue"; import fs from "fs"; import { file } from "bun"; import "bun:jsc";'],
  ],
});

test("a package with a place is a dependency, and the other way round", () => {
  expect(Object.keys(PACKAGES).sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

describe("the command loads no package before it knows what is asked", () => {
  const made = (lazy: boolean): readonly string[] =>
    startUpLoads(
      [
        parse("src/cli/main.ts", lazy ? 'const a = await import("./a.ts");' : 'import { a } from "./a.ts";'),
        parse("src/cli/a.ts", 'import type { Z } from "ora"; import { Command } from "commander"; import "node:fs";'),
      ],
      "src/cli/main.ts",
    );
  test("a chain of imports that ends in one is found", () => expect(made(false)).toHaveLength(1));
  test("a chain with import() in it is none", () => expect(made(true)).toEqual([]));
  test("it holds in src", () => expect(startUpLoads(sources, "src/cli/main.ts")).toEqual([]));

  test("nor a part of the runtime that takes long, unless a function asks for it", () => {
    const loaded = (text: string): number => startUpLoads([parse("src/cli/main.ts", text)], "src/cli/main.ts").length;
    expect([loaded('import { createHash } from "node:crypto";'), loaded('const { inspect } = require("node:util");')]).toEqual([1, 1]);
    expect([loaded('import "node:fs";'), loaded('const f = () => require("node:util");'), loaded('import "node:util/types";')]).toEqual([
      0, 0, 0,
    ]);
  });

  // What `wf run` loads one after another; its codec is all that it needs of others.
  test.each([
    ...["cli/program", "cli/machine", "cli/commands/run", "cli/commands/status", "cli/commands/wait", "open", "own-modules", "index"],
    ...["host/host", "sqlite/sqlite-store", "sqlite/lazy-store", "engine/engine", "model/bound-client"],
  ])("it holds for what src/%s.ts loads", (name) => {
    expect(sources.map(({ path }) => path)).toContain(`src/${name}.ts`);
    expect(startUpLoads(sources, `src/${name}.ts`, ["devalue"])).toEqual([]);
  });
});

holds("only src/sqlite knows a database", {
  rule: databases,
  wrong: [
    ["src/engine/a.ts", 'import { Database } from "bun:sqlite";'],
    ["src/cli/a.ts", 'const { DatabaseSync } = await import("node:sqlite");'],
    ["src/open.ts", 'import type { Database } from "bun:sqlite";'],
  ],
  right: [["src/sqlite/a.ts", 'import { Database } from "bun:sqlite";']],
});

holds("what decides does no input or output", {
  rule: inputOutput,
  wrong: [
    ["src/model/a.ts", 'import { readFileSync } from "node:fs";'],
    ["src/replay/a.ts", 'import { spawn } from "child_process";'],
    ["src/engine/a.ts", 'const os = await import("node:os");'],
    ["src/engine/a.ts", 'import type { Socket } from "node:net";'],
    ["src/engine/a.ts", "await Bun.file(path).text()"],
    ["src/model/a.ts", "const home = process.env.HOME;"],
    ["src/model/a.ts", "await fetch(url)"],
  ],
  right: [
    ["src/host/a.ts", 'import { readFileSync } from "node:fs"; Bun.file(path); process.env.HOME; fetch(url);'],
    ["src/engine/a.ts", 'import { createHash } from "node:crypto"; import { join } from "node:path"; Bun.hash(text); host.fetch(url);'],
  ],
});

holds("SQL stands in src/sqlite alone", {
  rule: sql,
  wrong: [
    "const a = `SELECT id\n FROM executions WHERE id = $id`;",
    'db.run("PRAGMA journal_mode = WAL");',
    'const a = "BEGIN IMMEDIATE";',
    "const a = 'INSERT OR IGNORE INTO events (id) VALUES ($id)';",
    "const a = `UPDATE steps SET status = ${status}`;",
    'const a = "COMMIT";',
    "const a = `CREATE TABLE t (x) STRICT`;",
    'const a = "SELECT 1";',
  ].map((text) => ["src/engine/a.ts", text] as const),
  right: [
    ["src/sqlite/a.ts", "const a = `SELECT id FROM executions`;"],
    ["src/transactions/a.ts", "const a = `SELECT id FROM executions`;"],
    ["src/cli/a.ts", "const a = ['wf sql \"SELECT 1\"', 'Select one from the list', 'COMMITTED', 'UPDATE the workflow', 'BEGINNING'];"],
    ["src/engine/a.ts", "// SELECT id FROM executions\nexport const a = 1;"],
  ],
});

holds("there is no default export", {
  rule: defaultExports,
  wrong: [
    "export default 1;",
    "export default function f() {}",
    "export default class A {}",
    "export { a as default };",
    "export = a;",
  ].map((text) => ["src/model/a.ts", text] as const),
  right: [
    ["src/model/a.ts", 'import a from "a"; export const b = 1; switch (b) { default: a(); } const { default: c } = await import("c");'],
  ],
});

holds("there is no enum", {
  rule: enums,
  wrong: ["enum A { B }", "export const enum A { B }", "declare enum A { B }"].map((text) => ["src/model/a.ts", text] as const),
  right: [["src/model/a.ts", 'export const a = z.enum(["b"]); // enum A']],
});

holds("there is no any", {
  rule: anys,
  wrong: ["let a: any;", "const f = (a: any[]) => a;", "const b = a as any;", "type A = Map<string, any>;"].map(
    (text) => ["src/model/a.ts", text] as const,
  ),
  right: [["src/model/a.ts", "const a: unknown = Promise.any([]); const any = 1; // any"]],
});

holds("nothing is written through the console", {
  rule: consoles,
  wrong: ["console.log(1)", "console.error(1)", "const log = console.warn;", "debugger;"].map((text) => ["src/cli/a.ts", text] as const),
  right: [["src/cli/a.ts", "out.log('console.log'); // console.log()"]],
});
