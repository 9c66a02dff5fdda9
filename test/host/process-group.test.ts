/** A child in a process group of its own: its streams, its end, and the end of all that it has started. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type GroupEnd, type GroupOptions, startGroup } from "../../src/host/process-group.ts";
import { hasMembers } from "../../src/host/process-group-members.ts";
import { numberIn } from "../support/number-in.ts";
import { eventually } from "../support/wf.ts";
import { SRC } from "./spawned.ts";
import { temporaryProject } from "./temporary-project.ts";

const folder = temporaryProject();
afterAll(() => folder[Symbol.dispose]());

const ENV = { PATH: "/usr/bin:/bin" };

const sh = (script: string, options: Partial<GroupOptions> = {}) =>
  startGroup({ command: ["/bin/sh", "-c", script], cwd: folder.root, env: ENV, graceMs: 40, ...options });

const texts = ({ stdout, stderr }: GroupEnd) => [stdout.text(), stderr.text()];

/** Writes the number of a process into a file once it is ready: a shell that has set its traps, a child that has been started. */
const told = (file: string): Promise<number> => numberIn(folder.path(file));

describe("a group that ends by itself", () => {
  test("gives its exit code, both streams and what it was given to read", async () => {
    const end = await sh('cat; echo problem >&2; echo "$HOME|$VALUE|$PWD"; exit 3', { env: { ...ENV, VALUE: "a b" }, stdin: "in\n" }).ended;
    expect(texts(end)).toEqual([`in\n|a b|${folder.root}\n`, "problem\n"]);
    expect(end).toMatchObject({ exitCode: 3, signal: null, isCutOff: false });
  });

  test("reads nothing where nothing was given, bytes as they are, and may leave what it was given unread", async () => {
    expect(texts(await sh("cat; echo end").ended)).toEqual(["end\n", ""]);
    const bytes = (await sh("cat", { stdin: new Uint8Array([0, 255, 10]) }).ended).stdout.keptBytes();
    expect([...bytes]).toEqual([0, 255, 10]);
    expect(await sh("exec 0<&-; exit 0", { stdin: "x".repeat(1_000_000) }).ended).toMatchObject({ exitCode: 0 });
  });

  test("can open its streams by their names", async () => {
    expect(texts(await sh("echo out > /dev/stdout; echo err > /dev/stderr; echo both | tee /dev/stderr").ended)).toEqual([
      "out\nboth\n",
      "err\nboth\n",
    ]);
  });

  test("leaves no descriptor open, however it ends, and however many there are at the same time", async () => {
    const descriptors = (): number => readdirSync("/dev/fd").length;
    await sh("true").ended; // the guard is there now
    const before = descriptors();
    const each = async (index: number): Promise<string> => {
      const group = sh(`echo ${index}; sleep 0.0${index % 5}; echo ${index} > /dev/stderr${index % 3 === 0 ? "; sleep 600 &" : ""}`);
      const end = await group.ended;
      await group.stop();
      return texts(end).join("");
    };
    for (let round = 0; round < 2; round++) {
      const all = await Promise.all(Array.from({ length: 30 }, (_, index) => each(index)));
      expect(all).toEqual(Array.from({ length: 30 }, (_, index) => `${index}\n${index}\n`));
    }
    for (const command of ["/nowhere", folder.path("plain")])
      expect(() => startGroup({ command: [command], cwd: "/", env: ENV })).toThrow();
    expect(descriptors()).toBeLessThanOrEqual(before); // less where those of earlier tests have been collected
  });

  test("tells the signal that ended its leader", async () => {
    expect(await sh("kill -USR1 $$").ended).toMatchObject({ exitCode: null, signal: "SIGUSR1" });
  });

  test("gives chunks as they come, and keeps head and tail of a stream that is larger than memory should hold", async () => {
    let heard = 0;
    const isHeardEarly: boolean[] = [];
    const group = sh("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last", {
      keptBytes: 1_000,
      onChunk: (_, chunk) => {
        heard += chunk.length;
        isHeardEarly.push(!hasEnded);
      },
    });
    let hasEnded = false;
    const { stdout } = await group.ended;
    hasEnded = true;
    expect([heard, stdout.bytes, stdout.keptBytes().length]).toEqual([3_000_006, 3_000_006, 1_000]);
    expect(isHeardEarly).not.toContain(false);
    expect(stdout.text()).toMatch(/^x{500}\n\[… 2999006 bytes left out …\]\nx{494}\nlast\n$/);
  });

  test("leaves a grandchild alone that keeps the pipes, and does not wait for it", async () => {
    const group = sh("sleep 600 & echo $! > left; echo done");
    const end = await group.ended;
    expect(texts(end)).toEqual(["done\n", ""]);
    expect(end).toMatchObject({ exitCode: 0, isCutOff: true });
    expect(hasMembers(group.pid)).toBe(true);
    await group.stop();
    expect(hasMembers(group.pid)).toBe(false);
  });

  test("closes the pipes of a grandchild that never stops printing", async () => {
    const group = sh("while :; do echo on; sleep 0.02; done & echo done");
    expect(await group.ended).toMatchObject({ exitCode: 0, isCutOff: true });
    await group.stop();
    expect(hasMembers(group.pid)).toBe(false);
  });
});

describe("a group that is stopped", () => {
  test("is told by TERM, all of it, and has its grace", async () => {
    const group = sh("trap 'echo sorry; exit 7' TERM; echo $$ > told; while :; do sleep 0.01; done", { graceMs: 60_000 });
    await told("told");
    await group.stop();
    const end = await group.ended;
    expect(texts(end)[0]).toBe("sorry\n");
    expect(end).toMatchObject({ exitCode: 7, signal: null });
  });

  test("is killed after it, grandchildren that are deaf to TERM too", async () => {
    const group = sh("trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > deaf; while :; do sleep 1; done' & wait");
    const grandchild = await told("deaf");
    await group.stop();
    expect(await group.ended).toMatchObject({ exitCode: null, signal: "SIGKILL" });
    expect(hasMembers(group.pid)).toBe(false);
    expect(existsSync(`/proc/${grandchild}`) && !readFileSync(`/proc/${grandchild}/stat`, "utf8").includes(") Z")).toBe(false);
  });

  test("is waited for to the last: a leader that ends at once leaves nobody behind", async () => {
    const group = sh("sh -c 'trap \"\" TERM; echo $$ > last; while :; do sleep 1; done' & wait");
    await told("last");
    await group.stop();
    expect(hasMembers(group.pid)).toBe(false);
  });

  test("passes on another signal without ending, and takes none once it is gone", async () => {
    const group = sh("trap 'exit 9' USR1; echo $$ > heard; while :; do sleep 0.01; done");
    await told("heard");
    group.signal("SIGUSR1");
    expect(await group.ended).toMatchObject({ exitCode: 9 });
    group.signal("SIGKILL");
    await group.stop();
  });
});

describe("a group that cannot be started", () => {
  test.each([
    ["a program that is not there", "/nowhere/to/be/found", "ENOENT"],
    ["a file that may not be run", "PLAIN", "EACCES"],
  ])("throws what the system says: %s", (_, program, code) => {
    writeFileSync(folder.path("plain"), "text");
    const command: [string] = [program === "PLAIN" ? folder.path("plain") : program];
    expect(() => startGroup({ command, cwd: folder.root, env: ENV })).toThrow(expect.objectContaining({ code }));
  });
});

describe("a group whose owner dies", () => {
  const owner = (then: string): string => `
    import { startGroup } from "${SRC}/host/process-group.ts";
    const start = (name) => startGroup({
      command: ["/bin/sh", "-c", "trap '' TERM HUP; sleep 600 & echo $$ > " + name + "; wait; sleep 600"],
      cwd: process.cwd(), env: { PATH: "/usr/bin:/bin" },
    });
    const [first, second] = [start("first"), start("second")];
    ${then}
  `;

  const isGone = (group: number): boolean => !hasMembers(group);

  test("dies with it: all groups, at once, even one that is being ended with a long grace", async () => {
    const then = `
      const { existsSync } = await import("node:fs");
      while (!existsSync("second")) await Bun.sleep(5); // it is deaf from then on
      void second.stop();`;
    const child = Bun.spawn([process.execPath, "-e", owner(then)], { cwd: folder.root, env: process.env });
    const groups = [await told("first"), await told("second")];
    expect(groups.map(isGone)).toEqual([false, false]);
    child.kill("SIGKILL");
    await eventually("the groups are gone", () => groups.every(isGone));
  });

  test("and when it exits by itself; one that has ended is nobody's to kill", async () => {
    const then = `
      const command = ["/bin/sh", "-c", "sleep 600 & echo $$ > free"];
      const left = startGroup({ command, cwd: process.cwd(), env: { PATH: "/usr/bin:/bin" } });
      await left.ended;
      process.exit(0);`;
    for (const name of ["first", "second"]) writeFileSync(folder.path(name), "");
    const child = Bun.spawn([process.execPath, "-e", owner(then)], { cwd: folder.root, env: process.env });
    const groups = [await told("first"), await told("second")];
    const free = await told("free");
    expect(await child.exited).toBe(0);
    await eventually("the groups are gone", () => groups.every(isGone));
    expect(isGone(free)).toBe(false);
    process.kill(-free, "SIGKILL");
  });

  test("the guard keeps no process alive that has nothing else to do", async () => {
    const script = `import { startGroup } from "${SRC}/host/process-group.ts";
      const { ended } = startGroup({ command: ["/bin/echo", "hello"], cwd: "/", env: {} });
      process.stdout.write((await ended).stdout.text());`;
    const child = Bun.spawn([process.execPath, "-e", script], { env: process.env, stdout: "pipe" });
    expect([await child.stdout.text(), await child.exited]).toEqual(["hello\n", 0]);
  });
});
