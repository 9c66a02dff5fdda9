/**
 * Calls of a script over the real SQLite store, without processes: a test says what commands do, who is alive, and what time it is.
 *
 * Every call is a process of its own, with an identity of its own. `world.pass()` is what a claim does: a new term, by an owner that lives.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BeginCall, callBegin } from "../../../../src/engine/scripts/calls/begin.ts";
import { callEnd } from "../../../../src/engine/scripts/calls/end.ts";
import type { CallParts } from "../../../../src/engine/scripts/calls/pass.ts";
import { callStep } from "../../../../src/engine/scripts/calls/step.ts";
import { callWait } from "../../../../src/engine/scripts/calls/wait.ts";
import type { Store } from "../../../../src/engine/store.ts";
import { type ExecutionRecord, ORDINARY, type ProcessIdentity, type StepRecord, type WorkerRecord } from "../../../../src/model/records.ts";
import { DEFAULT_PANIC } from "../../../../src/model/retry.ts";
import type { CommandEnd, CommandRun, StepMachine } from "../../../../src/model/scripts/step-machine.ts";
import { readScriptLine } from "../../../../src/cli/script-line.ts";
import { scriptCall } from "../../../../src/cli/script-call.ts";
import { openSqliteStore } from "../../../../src/sqlite/sqlite-store.ts";

/** What a command does: its end, or the parts of it that are not "exit 0, nothing printed". */
export type Program = (run: CommandRun, world: World) => Promise<PartialEnd> | PartialEnd;
type PartialEnd = Partial<Omit<CommandEnd, "stdout" | "stderr">> & { readonly stdout?: string | Uint8Array; readonly stderr?: string };

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly bytes: Uint8Array;
  readonly stderr: string;
  readonly notes: readonly string[];
}

const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === "string" ? new TextEncoder().encode(text) : text);

export class World {
  now = Date.UTC(2026, 10, 26);
  readonly dead = new Set<number>();
  readonly hidden = new Set<number>();
  /** How often each program was started. */
  readonly ran: string[] = [];
  /** Leftovers that were ended. */
  readonly ended: number[] = [];
  readonly programs = new Map<string, Program>();
  /** Called whenever a call waits. */
  onPause: (() => unknown) | undefined;
  store!: Store;
  id = "nightly-1";
  term = 0;
  #pids = 100;
  /** The store of a test is one connection, and does not see its own writes as those of others. */
  #looks = 0;
  #folder = mkdtempSync(join(tmpdir(), "wf-engine-"));

  static async open(): Promise<World> {
    const world = new World();
    world.store = await openSqliteStore({ file: world.file, create: true, durability: "normal", host: world.#host() });
    return world;
  }

  get file(): string {
    return join(this.#folder, ".wf.db");
  }

  #host() {
    return {
      now: () => this.now,
      boot: () => this.now,
      chance: () => 0.5,
      after: (ms: number, fn: () => void) => void setTimeout(fn, Math.min(ms, 5)), // only waits for locks, which are real
      turn: (fn: () => void) => void setImmediate(fn),
      self: this.process(1),
      liveness: ({ pid }: ProcessIdentity): "dead" | "unknown" | "alive" =>
        this.dead.has(pid) ? "dead" : this.hidden.has(pid) ? "unknown" : "alive",
    };
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  process(pid: number): ProcessIdentity {
    return { host: "simulated", bootId: "boot", pid, startTime: String(pid) };
  }

  worker(pid: number): WorkerRecord {
    const seen = { startedAt: this.now, seenAt: this.now, seenBootMs: this.now };
    return { ...this.process(pid), id: `worker-${pid}`, role: "run", version: "test", ...seen };
  }

  /** A claim by a new owner; the one before is dead by then. */
  async pass(): Promise<number> {
    const pid = ++this.#pids;
    for (const { pid: before } of await this.store.workers()) this.dead.add(before);
    const worker = this.worker(pid);
    const created = await this.store.create(this.execution(), { claimFor: worker });
    const claimed = created.created ? created.claimed : await this.store.claimOne(this.id, { worker, now: this.now });
    if (claimed === undefined) throw new Error("it cannot be claimed");
    return (this.term = claimed.lease.term);
  }

  execution(): ExecutionRecord {
    const { id, now } = this;
    return {
      ...ORDINARY,
      ...{ id, workflow: "nightly", version: 1, sourceHash: null, status: "pending", reason: "queued", reasonDetail: null, wakeAt: now },
      ...{ inputText: "{}", outputText: null, errorText: null, createdAt: now, startedAt: null, finishedAt: null, deadlineAt: null },
      ...{ restarts: 0, panics: 0, panic: DEFAULT_PANIC, parentId: null, tags: {} },
    };
  }

  /** `wf …`, as a script of the present pass calls it. `env` is beside what its carrier sets. */
  wf(words: readonly string[], env: Record<string, string> = {}, pid?: number): Promise<Told> {
    return this.tell(pid ?? ++this.#pids, env, (parts) => {
      if (words[0] === "end") return callEnd({ failed: words.includes("--failed"), outputText: words[1] ?? null }, parts);
      const line = readScriptLine(words);
      if (line === undefined) throw new Error("it goes the long way");
      const { command, call } = scriptCall(line, parts.env);
      return command === "step" ? callStep(call, parts) : command === "wait" ? callWait(call, parts) : Promise.reject(new Error("no"));
    });
  }

  /** `wf begin`, called by the script of that pid. */
  begin(scriptPid: number, more: Partial<BeginCall> = {}, beginner?: number): Promise<Told> {
    this.script = scriptPid;
    this.beginner = beginner;
    return this.tell(++this.#pids, { WF_TERM: "" }, (parts) => {
      const call = { name: "deploy", id: "deploy-1", inputText: "{}", show: () => {}, ...more };
      const commandLine = ["sh", "deploy.sh"];
      return callBegin(call, {
        ...{ ...parts, owner: this.process(scriptPid), beginner: beginner === undefined ? undefined : this.process(beginner) },
        ...{ commandLine, version: "test", boot: () => this.now },
      });
    });
  }

  /** Of whom calls come that are not carried. */
  script = 0;
  /** The process between that one and a call of `wf begin`. */
  beginner: number | undefined;

  async tell(pid: number, env: Record<string, string>, call: (parts: CallParts) => Promise<number>): Promise<Told> {
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    const notes: string[] = [];
    const machine: StepMachine = {
      self: this.process(pid),
      now: () => this.now,
      chance: () => 0.5,
      pause: async (ms) => {
        this.now += ms;
        if (this.onPause !== undefined) this.#looks++;
        await this.onPause?.();
      },
      descendsFrom: (identity) => [this.script, this.beginner].includes(identity.pid) && !this.dead.has(identity.pid),
      run: (run) => this.#run(run, err),
      endLeft: async ({ pid: left }) => {
        const isThere = !this.dead.has(left);
        if (isThere) this.ended.push(left);
        this.dead.add(left);
        return isThere;
      },
      writeStdout: (bytes) => void out.push(bytes.slice()),
      outputProblem: () => undefined,
      writeStderr: (bytes) => void err.push(bytes.slice()),
      note: (text) => void notes.push(text),
    };
    const all = { WF_EXECUTION: this.id, WF_TERM: String(this.term), ...env };
    const parts = { store: this.store.scripts, machine, env: all, dataVersion: () => this.#looks };
    const code = await call(parts).finally(() => this.dead.add(pid));
    const bytes = Buffer.concat(out);
    return { code, stdout: bytes.toString(), bytes, stderr: Buffer.concat(err).toString(), notes };
  }

  async #run(run: CommandRun, err: Uint8Array[]): Promise<CommandEnd> {
    const [program] = run.command;
    this.ran.push(program);
    await run.onStarted(this.process(++this.#pids));
    const end = (await this.programs.get(program)?.(run, this)) ?? {};
    const [stdout, stderr] = [bytesOf(end.stdout ?? ""), bytesOf(end.stderr ?? "")];
    run.onStdout(stdout);
    err.push(stderr);
    const kept = (bytes: Uint8Array): Uint8Array => bytes.slice(0, run.keptBytes);
    const truncated = Math.max(stdout.length, stderr.length) > run.keptBytes;
    return {
      ...{ exitCode: 0, signal: null, isTimedOut: false, interruptedBy: null, ...end },
      ...{ stdout: kept(stdout), stderr: kept(stderr), truncated },
    };
  }

  async steps(): Promise<readonly StepRecord[]> {
    return (await this.store.history(this.id))?.steps ?? [];
  }

  async record(): Promise<ExecutionRecord> {
    const record = await this.store.execution(this.id);
    if (record === undefined) throw new Error("there is none");
    return record;
  }
}

/** What a call is refused with. */
export const refusal = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "not refused",
    (error: unknown) => String((error as { readonly code?: unknown }).code ?? error),
  );
