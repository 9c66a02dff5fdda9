import { afterEach, describe, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workerUnder } from "../../../src/cli/commands/daemon-worker.ts";
import { type CommandEntry, findCommand } from "../../../src/cli/registry.ts";
import { messageReader } from "../../../src/cli/supervisor-messages.ts";
import type { TickOptions } from "../../../src/model/client.ts";
import { fail } from "../../../src/model/errors.ts";
import { type Given, ManualSignals, ManualTimers, settle, wf } from "../harness.ts";

type Serve = (options: TickOptions & { readonly signal: AbortSignal }) => Promise<void>;

const folder = mkdtempSync(join(tmpdir(), "wf-worker-"));
afterEach(() => rmSync(join(folder, "channel"), { force: true }));

/** The supervisor of a test lives as long as the test says. */
const under = (gone: AbortSignal): CommandEntry => ({ ...found("daemon-worker"), load: () => Promise.resolve(workerUnder(() => gone)) });
const found = (name: string): CommandEntry => {
  const entry = findCommand(name);
  if (entry === undefined) throw new Error(`there is no ${name}`);
  return entry;
};

const working = async (more: string, serve: Serve, given: Given & { readonly gone?: AbortSignal } = {}) => {
  const file = join(folder, "channel");
  const channel = openSync(file, "w");
  const ran = await wf(`daemon-worker --channel ${channel} ${more}`, {
    ...given,
    client: { serve },
    commands: [under(given.gone ?? new AbortController().signal)],
  });
  closeSync(channel);
  return { ...ran, messages: messageReader()(readFileSync(file, "utf8")) };
};

const untilTold: Serve = ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

describe("wf daemon-worker", () => {
  test("serves as a daemon, and gives 0 when it has drained", async () => {
    const signals = new ManualSignals();
    let given: TickOptions = {};
    const serve: Serve = (options) => {
      given = options;
      queueMicrotask(() => signals.send("SIGTERM"));
      return untilTold(options);
    };
    const { code, opened } = await working("--concurrency 7", serve, { signals });
    expect([code, given.concurrency]).toEqual([0, 7]);
    expect(opened).toMatchObject([{ role: "daemon", create: true }]);
  });

  test("takes further signals for the same wish, and a closed terminal for none", async () => {
    const signals = new ManualSignals();
    const exits: number[] = [];
    const serve: Serve = async (options) => {
      signals.send("SIGHUP");
      await settle();
      expect(options.signal.aborted).toBe(false);
      signals.send("SIGTERM");
      signals.send("SIGINT");
      signals.send("SIGTERM");
      expect(options.signal.aborted).toBe(true);
    };
    expect(await working("", serve, { signals, onExit: (code) => exits.push(code) })).toMatchObject({ code: 0 });
    expect(exits).toEqual([]);
  });

  test("drains when its supervisor has gone", async () => {
    const gone = new AbortController();
    const serve: Serve = (options) => {
      queueMicrotask(() => gone.abort());
      return untilTold(options);
    };
    expect(await working("", serve, { gone: gone.signal })).toMatchObject({ code: 0 });
  });

  test("tells its supervisor that it lives, every five seconds, and what it let go of", async () => {
    const timers = new ManualTimers();
    const serve: Serve = async ({ onProgress }) => {
      onProgress?.({ type: "pass-started", executionId: "a", workflow: "w", recorded: 0 });
      onProgress?.({ type: "left", executionId: "a", status: "sleeping", reason: "sleep", wakeAt: 5 });
      await timers.advance(12_000);
    };
    const { messages } = await working("", serve, { timers });
    const beat = { type: "beat" } as const;
    const serving = { type: "serving", graceMs: 10_000 } as const;
    expect(messages).toEqual([
      serving,
      beat,
      { type: "left", executionId: "a", status: "sleeping", reason: "sleep", wakeAt: 5 },
      beat,
      beat,
    ]);
    expect(timers.waiting).toEqual([]);
  });

  test("goes on when nobody takes its messages", async () => {
    const serve: Serve = () => Promise.resolve();
    const { code } = await wf("daemon-worker --channel 999", { client: { serve } });
    expect(code).toBe(0);
  });

  test("gives the code of what ended it", async () => {
    const serve: Serve = () => Promise.reject(fail("DB_UNUSABLE", { file: ".wf.db", problem: "it is gone", next: "Restore it." }));
    expect(await working("", serve)).toMatchObject({ code: 8, stderr: expect.stringContaining("it is gone") });
  });

  test("is refused without its channel: descriptor 3 may be any file", async () => {
    expect(await wf("daemon-worker")).toMatchObject({ code: 2, opened: [], stderr: expect.stringContaining("started by wf daemon only") });
  });
});
