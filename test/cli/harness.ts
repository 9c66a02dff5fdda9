/**
 * Runs whole commands without a process: a client, streams, signals and time that a test holds in its hands.
 */
import type { Client, ExecutionHandle } from "../../src/model/client.ts";
import type { ExaminationView } from "../../src/model/examination.ts";
import type { Maintenance } from "../../src/model/maintenance.ts";
import { DEFAULT_CONFIGURATION } from "../../src/model/settings.ts";
import type { ExecutionView, StepView } from "../../src/model/views.ts";
import type { CommandContext } from "../../src/cli/command.ts";
import type { Sink } from "../../src/cli/out-sink.ts";
import { createOut, type OutOptions } from "../../src/cli/out-streams.ts";
import type { Machine } from "../../src/cli/machine.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { Place, ProjectOpener } from "../../src/cli/project.ts";
import type { CommandEntry } from "../../src/cli/registry.ts";
import type { SignalName, SignalSource } from "../../src/cli/signals.ts";

/** What tests take for the present: 2026-03-01T09:00:00.000Z. */
export const NOW = Date.UTC(2026, 2, 1, 9);
export const iso = (offsetMs = 0): string => new Date(NOW + offsetMs).toISOString();

export const executionOf = (given: Partial<ExecutionView> = {}): ExecutionView => ({
  id: "signup-7f3k9q2m4d",
  workflow: "signup",
  version: 2,
  status: "completed",
  reason: null,
  reasonDetail: null,
  wakeAt: null,
  input: { email: "ada@example.com" },
  output: { customerId: "c1" },
  error: null,
  createdAt: iso(-1_300),
  startedAt: iso(-1_300),
  finishedAt: iso(),
  restarts: 0,
  parentId: null,
  tags: {},
  pinned: false,
  generation: 0,
  ...given,
});

export const stepOf = (given: Partial<StepView> = {}): StepView => ({
  scope: "",
  kind: "step",
  name: "create customer",
  n: 1,
  status: "completed",
  detail: null,
  attempts: [{ attempt: 1, startedAt: iso(-1_300), finishedAt: iso(-1_180), error: null }],
  output: "c1",
  error: null,
  startedAt: iso(-1_300),
  finishedAt: iso(-1_180),
  wakeAt: null,
  order: 1,
  ...given,
});

/** Only what a test gives; any other call is a failure that names it. */
export const clientOf = (given: Partial<Record<keyof Client, unknown>>): Client =>
  new Proxy(given, {
    get(target, name) {
      if (name in target) return target[name as keyof Client];
      if (name === "then") return undefined;
      return () => {
        throw new Error(`the test's client has no ${String(name)}`);
      };
    },
  }) as Client;

export const maintenanceOf = (given: Partial<Maintenance>): Maintenance => ({ close: () => Promise.resolve(), ...given }) as Maintenance;

export const handleOf = (id: string, disposition: ExecutionHandle["disposition"] = "created"): ExecutionHandle =>
  ({ id, disposition }) as ExecutionHandle;

/** Time that stands still until a test moves it. */
export class ManualTimers {
  #now = 0;
  #waiting: { readonly at: number; readonly fn: () => void }[] = [];

  readonly after = (ms: number, fn: () => void): (() => void) => {
    const timer = { at: this.#now + ms, fn };
    this.#waiting.push(timer);
    return () => (this.#waiting = this.#waiting.filter((each) => each !== timer));
  };

  get waiting(): readonly number[] {
    return this.#waiting.map(({ at }) => at - this.#now);
  }

  /** Runs what is due on the way, in order, and lets the promises of each settle before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#now = next.at;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      next.fn();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets all promise reactions run that are ready. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Until something is so, for as many turns of the loop as it may take; file reads take some. */
export const until = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 10_000 && !isSo(); turn++) await settle();
  if (!isSo()) throw new Error("it never came to be");
};

export interface TextSink extends Sink {
  readonly text: string;
}

export const sinkOf = (given: { readonly isTerminal?: boolean; readonly columns?: number } = {}): TextSink => {
  let text = "";
  return {
    isTerminal: given.isTerminal ?? false,
    columns: given.columns ?? 80,
    write(more) {
      text += more;
    },
    get text() {
      return text;
    },
  };
};

export class ManualSignals implements SignalSource {
  readonly #listeners = new Map<SignalName, Set<() => void>>();
  on(name: SignalName, listener: () => void): void {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(listener));
  }
  off(name: SignalName, listener: () => void): void {
    this.#listeners.get(name)?.delete(listener);
  }
  send(name: SignalName): void {
    for (const listener of this.#listeners.get(name) ?? []) listener();
  }
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
}

export interface Given {
  readonly maintenance?: Partial<Maintenance>;
  readonly examination?: ExaminationView;
  readonly client?: Partial<Record<keyof Client, unknown>>;
  readonly env?: Record<string, string | undefined>;
  readonly stdin?: string;
  /** What the person at the terminal answers; without it there is no terminal. */
  readonly answer?: (question: string) => string;
  readonly stdoutIsTerminal?: boolean;
  readonly stderrIsTerminal?: boolean;
  readonly columns?: number;
  readonly timers?: ManualTimers;
  readonly signals?: ManualSignals;
  readonly ignoredSignals?: readonly SignalName[];
  readonly opener?: Partial<ProjectOpener>;
  readonly commands?: readonly CommandEntry[];
  readonly onExit?: (code: number) => void;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How the project was opened, each time. */
  readonly opened: readonly (Place & { readonly role: string; readonly create: boolean })[];
  /** How often it was closed. */
  readonly closed: number;
}

/** `wf("run signup")` or, where an argument holds blanks, `wf(["run", "a b"])`. */
export const wf = async (line: string | readonly string[], given: Given = {}): Promise<Ran> => {
  const stdout = sinkOf({ isTerminal: given.stdoutIsTerminal ?? false, columns: given.columns ?? 80 });
  const stderr = sinkOf({ isTerminal: given.stderrIsTerminal ?? false });
  const opened: Ran["opened"][number][] = [];
  let closed = 0;
  const machine: Machine = {
    argv: typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line,
    env: given.env ?? {},
    cwd: "/project",
    openStdout: () => stdout,
    stderr,
    lookForReader: () => Promise.resolve(undefined),
    readInput: () => Promise.resolve(given.stdin ?? ""),
    canAsk: given.answer !== undefined,
    ask: (question) => Promise.resolve(given.answer?.(question)),
    signalSource: given.signals ?? new ManualSignals(),
    ignoredSignals: given.ignoredSignals ?? [],
    exit: given.onExit ?? (() => {}),
    takeOverPrints: () => () => {},
    tellBy: () => {},
    version: () => Promise.resolve("1.2.3"),
    opener: () =>
      Promise.resolve({
        configureProject: () => Promise.resolve(DEFAULT_CONFIGURATION),
        locateProject: () => ({ root: "/project", databaseFile: "/project/.wf.db" }),
        systemClock: { now: () => NOW },
        systemTimers: given.timers ?? new ManualTimers(),
        openProject(options) {
          opened.push(options);
          return Promise.resolve({ client: clientOf(given.client ?? {}), close: () => Promise.resolve(void closed++) });
        },
        examineProject: () => Promise.resolve(given.examination ?? { file: "/project/.wf.db", ok: true, findings: [] }),
        openMaintenance: () => Promise.resolve(maintenanceOf(given.maintenance ?? {})),
        ...given.opener,
      }),
    ...(given.commands === undefined ? {} : { commands: given.commands }),
  };
  const code = await runProgram(machine);
  return { code, stdout: stdout.text, stderr: stderr.text, opened, closed };
};

export interface TestContext extends CommandContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly timers: ManualTimers;
  readonly controller: AbortController;
}

/** For what stands below the commands. */
export const contextOf = async (
  given: Partial<OutOptions> & { readonly client?: Client; readonly terminal?: boolean } = {},
): Promise<TestContext> => {
  const stdout = sinkOf();
  const stderr = sinkOf({ isTerminal: given.terminal ?? false });
  const timers = new ManualTimers();
  const controller = new AbortController();
  return {
    stdout,
    stderr,
    timers,
    controller,
    out: await createOut({ format: "text", quiet: false, noColour: true, env: {}, stdout, stderr, ...given }),
    signal: controller.signal,
    configuration: DEFAULT_CONFIGURATION,
    folder: "/project",
    root: "/project",
    databaseFile: "/project/.wf.db",
    client: () => Promise.resolve(given.client ?? clientOf({})),
    maintenance: () => Promise.resolve(maintenanceOf({})),
    examine: () => Promise.resolve({ file: "/project/.wf.db", ok: true, findings: [] }),
    readInput: () => Promise.resolve(""),
    canAsk: false,
    ask: () => Promise.resolve(undefined),
    now: () => NOW,
    after: timers.after,
  };
};
