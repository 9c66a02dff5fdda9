import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { CHANNEL, spawnWorker, workerCommand, type WorkerProcess } from "../../src/cli/supervisor-worker.ts";
import type { WorkerExit } from "../../src/cli/supervisor.ts";

const FIXTURE = join(import.meta.dir, "fixtures", "worker.ts");

const after = (ms: number, fn: () => void): (() => void) => {
  const timer = setTimeout(fn, ms);
  return () => clearTimeout(timer);
};

/** Runs the fixture; `act` is called with each thing that it says. */
const working = (
  behaviour: string,
  act: (said: string, worker: WorkerProcess) => void = () => {},
): Promise<{ said: string[]; exit: WorkerExit }> =>
  new Promise((resolve) => {
    const said: string[] = [];
    const worker = spawnWorker(
      { argv: [process.execPath, FIXTURE, behaviour], cwd: import.meta.dir },
      after,
    )({
      onMessage(message) {
        if (message.type !== "left") return;
        said.push(message.executionId);
        act(message.executionId, worker);
      },
      onExit: (exit) => resolve({ said, exit }),
    });
  });

describe("a worker process", () => {
  test("is told to end, and its exit comes after its last message", async () => {
    const { said, exit } = await working("", (word, worker) => word === "ready" && worker.terminate());
    expect([said, exit]).toEqual([["ready", "told to end"], { code: 0, signal: null }]);
  });

  test("that does not end is killed", async () => {
    const { exit } = await working("stubborn", (word, worker) => (word === "ready" ? worker.terminate() : worker.kill()));
    expect(exit).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("that ended already can be told to without harm", async () => {
    let kept: WorkerProcess | undefined;
    await working("", (_, worker) => {
      kept = worker;
      worker.terminate();
    });
    expect(() => kept?.terminate()).not.toThrow();
    expect(() => kept?.kill()).not.toThrow();
  });

  test("gives its exit code", async () => {
    expect((await working("exit")).exit).toEqual({ code: 7, signal: null });
  });

  test("has the environment as it is now, not as it was at the start", async () => {
    process.env["FROM_SUPERVISOR"] = "set later";
    const { said } = await working("environment");
    delete process.env["FROM_SUPERVISOR"];
    expect(said).toEqual(["set later"]);
  });

  describe("that leaves a process behind, which holds its pipe", () => {
    /** The limit of waiting for last words comes when a test says so. */
    const leaving = (code: number) => {
      const late: (() => void)[] = [];
      const ended = Promise.withResolvers<number>();
      const worker = spawnWorker(
        { argv: ["/bin/sh", "-c", `sleep 30 & exit ${code}`], cwd: "/" },
        (_, fn) => (late.push(fn), () => {}),
      )({
        onMessage: () => {},
        onExit: () => ended.resolve(worker.pid),
      });
      return { late, ended: ended.promise };
    };

    test("takes it along when it died, so that it does not go on beside the next worker", async () => {
      expect(await leaving(1).ended).toBeNumber();
    });

    test("is over all the same when it drained, and what it left may go on", async () => {
      const { late, ended } = leaving(0);
      while (late.length === 0) await Bun.sleep(1);
      late[0]?.();
      process.kill(-(await ended), "SIGKILL");
    });
  });

  test("notices that its supervisor has been killed", async () => {
    const script = `
      import { spawnWorker } from ${JSON.stringify(join(import.meta.dir, "../../src/cli/supervisor-worker.ts"))};
      const command = ${JSON.stringify({ argv: ["/bin/sh", "-c", "echo ready; cat >/dev/null; echo alone"], cwd: "/" })};
      spawnWorker(command, (ms, fn) => () => {})({ onMessage() {}, onExit() {} });
      setInterval(() => {}, 1000);`;
    const supervisor = Bun.spawn([process.execPath, "-e", script], { stdout: "ignore", stderr: "pipe" });
    let heard = "";
    for await (const chunk of supervisor.stderr) {
      heard += new TextDecoder().decode(chunk);
      if (heard === "ready\n") supervisor.kill("SIGKILL");
    }
    expect(heard).toBe("ready\nalone\n");
  });
});

test("the worker is this program again, with the same flags of the runtime, started in the package's folder", () => {
  const { argv, cwd } = workerCommand(["--dir", "/x"]);
  expect(argv.slice(0, 1 + process.execArgv.length)).toEqual([process.execPath, ...process.execArgv]);
  expect(argv.slice(1 + process.execArgv.length)).toEqual([
    join(cwd, "src/cli/main.ts"),
    `--started-in=${process.cwd()}`,
    ...["daemon-worker", "--channel", String(CHANNEL), "--dir", "/x"],
  ]);
});
