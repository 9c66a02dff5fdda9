/** Every file once, each in an execution of its own; what was compressed reads as before; and no half file, whenever the process dies. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { compressFile } from "../../workflows/compress-file.ts";
import compress from "../../workflows/compress.ts";
import { openWorkbench, tickToTheEnd, type Workbench } from "./bench.ts";

let at: Workbench;
beforeEach(async () => {
  at = await openWorkbench(compress);
  at.bench.host.define(compressFile);
  mkdirSync(at.path("logs/older"), { recursive: true });
});
afterEach(() => at.close());

/** Last written at the beginning of simulated time, less so many days. */
const write = (name: string, days = 1): string => {
  const text = `${name}\n`.repeat(1_000);
  writeFileSync(at.path(`logs/${name}`), text);
  const time = (at.bench.host.clock.now() - days * 86_400_000) / 1_000;
  utimesSync(at.path(`logs/${name}`), time, time);
  return text;
};

const found = (): readonly string[] => readdirSync(at.path("logs")).sort();
const start = async (more = {}, id = "c") => (await at.bench.engine.start(compress, { folder: at.path("logs"), ...more }, { id })).id;

test("every plain file becomes a smaller one that reads the same", async () => {
  const texts = ["a.log", "b.log", "c.log"].map((name) => write(name));
  write("done.log.gz");
  write(".hidden");
  expect(await tickToTheEnd(at, await start({ atOnce: "2" }))).toMatchObject({ status: "completed", output: { files: 3, before: 18_000 } });
  expect(found()).toEqual([".hidden", "a.log.gz", "b.log.gz", "c.log.gz", "done.log.gz", "older"]);
  expect(["a", "b", "c"].map((name) => gunzipSync(readFileSync(at.path(`logs/${name}.log.gz`))).toString())).toEqual(texts);
  const children = await at.bench.engine.list({ workflow: "compress-file" });
  expect(children.map(({ parentId, status }) => [parentId, status])).toEqual(Array(3).fill(["c", "completed"]));
});

test("younger files are left alone", async () => {
  write("old.log", 8);
  write("new.log", 6);
  expect(await tickToTheEnd(at, await start({ olderThan: "7d" }))).toMatchObject({ output: { files: 1 } });
  expect(found()).toEqual(["new.log", "old.log.gz", "older"]);
});

test("a file that goes meanwhile fails it, and what was begun of it is left for a retry", async () => {
  write("a.log");
  const { id } = await at.bench.engine.start(compressFile, { file: at.path("logs/gone.log") });
  expect(await tickToTheEnd(at, id)).toMatchObject({ status: "failed", error: { message: expect.stringContaining("ENOENT") } });
  expect(existsSync(at.path("logs/gone.log.gz"))).toBe(false);
});

test("killed at any time, nothing is lost and nothing is half", async () => {
  for (let round = 0; round < 8; round++) {
    const text = write("a.log");
    write("b.log");
    const id = await start({}, `round-${round}`);
    at.bench.engine.tick().catch(() => {});
    await at.bench.host.settle(round * 4);
    at.bench = await at.bench.crash();
    at.bench.host.define(compressFile);
    expect(readdirSync(at.path("logs")).filter((name) => /^a\.log/.test(name)).length).toBeGreaterThan(0);
    await at.bench.host.advance(60_000);
    expect(await tickToTheEnd(at, id)).toMatchObject({ status: "completed", output: { files: 2 } });
    expect(gunzipSync(readFileSync(at.path("logs/a.log.gz"))).toString()).toBe(text);
    // Reads and writes of the "dead" process go on here, as they would not, and may leave a hidden file.
    expect(found().filter((name) => !name.startsWith("."))).toEqual(["a.log.gz", "b.log.gz", "older"]);
  }
});
