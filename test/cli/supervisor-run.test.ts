import { describe, expect, test } from "bun:test";
import type { DaemonEvent } from "../../src/cli/supervisor-log.ts";
import { superviseWorker } from "../../src/cli/supervisor-run.ts";
import type { WorkerListener } from "../../src/cli/supervisor-worker.ts";
import { ManualTimers, settle } from "./harness.ts";

const supervising = async (first = "a") => {
  const timers = new ManualTimers();
  const controller = new AbortController();
  const workers: { readonly listener: WorkerListener; readonly told: string[] }[] = [];
  const log: DaemonEvent[] = [];
  const files = { fingerprint: first };
  const ended = superviseWorker({
    spawn(listener) {
      const worker = { listener, told: [] as string[] };
      workers.push(worker);
      return { pid: 100 + workers.length, terminate: () => worker.told.push("terminate"), kill: () => worker.told.push("kill") };
    },
    log: (event) => log.push(event),
    fingerprint: () => Promise.resolve(files.fingerprint),
    after: timers.after,
    signal: controller.signal,
    settings: { graceMs: 10_000, hungAfterMs: 60_000 },
    databaseFile: "/project/.wf.db",
  });
  await settle();
  return { timers, controller, workers, log, files, ended };
};

describe("the supervisor", () => {
  test("starts a worker, tells its pid, and stops with it when it is told to", async () => {
    const { controller, workers, log, ended, timers } = await supervising();
    expect(log).toEqual([{ event: "started", pid: 101, databaseFile: "/project/.wf.db" }]);
    controller.abort("SIGTERM");
    expect(workers[0]?.told).toEqual(["terminate"]);
    workers[0]?.listener.onExit({ code: 0, signal: null });
    expect(await ended).toBeNull();
    expect(log.map(({ event }) => event)).toEqual(["started", "stopping", "stopped"]);
    expect(timers.waiting).toEqual([]);
  });

  test("told to stop before it began stops all the same", async () => {
    const controller = new AbortController();
    controller.abort("SIGINT");
    let listener: WorkerListener | undefined;
    const told: string[] = [];
    const ended = superviseWorker({
      spawn: (given) => {
        listener = given;
        return { pid: 1, terminate: () => told.push("terminate"), kill: () => told.push("kill") };
      },
      log: () => {},
      fingerprint: () => Promise.resolve(""),
      after: new ManualTimers().after,
      signal: controller.signal,
      settings: { graceMs: 1_000, hungAfterMs: 60_000 },
      databaseFile: "",
    });
    await settle();
    expect(told).toEqual(["terminate"]);
    listener?.onExit({ code: 0, signal: null });
    expect(await ended).toBeNull();
  });

  test("logs the executions that a worker let go of, not its heartbeats", async () => {
    const { workers, log } = await supervising();
    workers[0]?.listener.onMessage({ type: "beat" });
    workers[0]?.listener.onMessage({ type: "left", executionId: "a", status: "completed", reason: null, wakeAt: null });
    expect(log.slice(1)).toEqual([{ event: "execution", executionId: "a", status: "completed", reason: null, wakeAt: null }]);
  });

  test("gives a worker that is told to end the grace that it has said, and two seconds", async () => {
    const { workers, controller, timers } = await supervising();
    workers[0]?.listener.onMessage({ type: "serving", graceMs: 30_000 });
    controller.abort("SIGTERM");
    await timers.advance(31_750);
    expect(workers[0]?.told).toEqual(["terminate"]);
    await timers.advance(250);
    expect(workers[0]?.told).toEqual(["terminate", "kill"]);
  });

  test("kills a worker that is silent for a minute, and starts another", async () => {
    const { workers, timers, log } = await supervising();
    await timers.advance(59_000);
    expect(workers[0]?.told).toEqual([]);
    await timers.advance(1_000);
    expect(workers[0]?.told).toEqual(["kill"]);
    workers[0]?.listener.onExit({ code: null, signal: "SIGKILL" });
    expect(workers).toHaveLength(2);
    expect(log.map(({ event }) => event)).toEqual(["started", "hung", "exited", "started"]);
  });

  test("leaves a worker alone that is heard now and then", async () => {
    const { workers, timers } = await supervising();
    for (let count = 0; count < 10; count++) {
      await timers.advance(30_000);
      workers[0]?.listener.onMessage({ type: "beat" });
    }
    expect([workers.length, workers[0]?.told]).toEqual([1, []]);
  });

  test("looks at the files every second, and replaces the worker once a change has come to rest", async () => {
    const { workers, timers, files, log } = await supervising();
    files.fingerprint = "b";
    await timers.advance(1_000);
    expect(workers[0]?.told).toEqual([]);
    await timers.advance(1_000);
    expect(workers[0]?.told).toEqual(["terminate"]);
    workers[0]?.listener.onExit({ code: 0, signal: null });
    expect(workers).toHaveLength(2);
    expect(log.map(({ event }) => event)).toEqual(["started", "outdated", "started"]);
  });

  test("ends with the code of a worker that can never work", async () => {
    const { workers, ended, timers } = await supervising();
    workers[0]?.listener.onExit({ code: 8, signal: null });
    expect(await ended).toBe(8);
    expect(timers.waiting).toEqual([]);
  });
});
