/** The command of a step: what is left of it, and of its pipes, once it has ended. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { runCommand } from "../../src/host/command.ts";
import type { CommandRun } from "../../src/model/scripts/step-machine.ts";
import { eventually } from "../support/wf.ts";
import { temporaryProject } from "./temporary-project.ts";

const folder = temporaryProject();
afterAll(() => folder[Symbol.dispose]());

const sh = (script: string, more: Partial<CommandRun> = {}) =>
  runCommand(
    {
      ...{ command: ["/bin/sh", "-c", `cd '${folder.root}'; ${script}`], env: {}, timeoutMs: null, keptBytes: 1_000 },
      ...{ onStdout: () => {}, onStarted: () => Promise.resolve(), ...more },
    },
    () => {},
    100,
  );

const numberIn = (file: string): number | undefined =>
  existsSync(folder.path(file)) ? Number(readFileSync(folder.path(file), "utf8")) || undefined : undefined;

/** A zombie does nothing any more. */
const isLiving = (pid: number): boolean => {
  const { stdout } = Bun.spawnSync(["ps", "-o", "stat=", "-p", String(pid)]);
  return /^[^Z\s]/.test(stdout.toString());
};

describe("a command that is out of time", () => {
  test("has ended with all that it has started when it is told, also what does not listen", async () => {
    const stubborn = `sh -c 'trap "" TERM; echo $$ > stubborn; while :; do sleep 0.05; done' &`;
    const { isTimedOut } = await sh(`${stubborn} wait`, {
      timeoutMs: 300,
      onStarted: () => eventually("it", () => numberIn("stubborn")).then(() => {}),
    });
    expect([isTimedOut, isLiving(numberIn("stubborn") ?? 0)]).toEqual([true, false]);
  });

  test("is not one that has ended before", async () => {
    expect(await sh("exit 3", { timeoutMs: 60_000 })).toMatchObject({ exitCode: 3, isTimedOut: false });
  });
});

test("a command that cannot be noted is ended: whoever takes the step up could not end it", async () => {
  const noted = async (): Promise<void> => {
    await eventually("it runs", () => numberIn("unnoted"));
    throw new Error("the disk is full");
  };
  expect(sh("echo $$ > unnoted; exec sleep 1000", { onStarted: noted })).rejects.toThrow("the disk is full");
  await eventually("it has ended", () => numberIn("unnoted") !== undefined && !isLiving(numberIn("unnoted") ?? 0));
});

test("commands leave no descriptor open, however many a call tries", async () => {
  const open = (): number => readdirSync("/dev/fd").length;
  await sh("echo first");
  const before = open();
  for (let turn = 0; turn < 5; turn++) await sh("echo out; echo err >&2; sleep 1 & exit 1");
  await eventually("they are closed", () => open() <= before);
});
