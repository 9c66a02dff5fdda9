/**
 * A host whose time stands still until it is told to move.
 *
 * For tests and simulations: the wall clock, the boot clock and all timers are one number; `advance` moves it and fires what is due, in
 * order. Turns of the event loop are real, so promises behave as they do in production. Chance is seeded.
 */
import type {
  BrokenFile,
  Cancel,
  Clock,
  Host,
  LoadedWorkflow,
  Processes,
  StrayContext,
  StrayErrorListener,
  Timers,
  WorkflowFiles,
} from "../engine/host.ts";
import { cipherOver, drawKey, type Key } from "../host/cipher.ts";
import { onConsole } from "../host/console.ts";
import { broken } from "../host/load-file.ts";
import { systemTimers } from "../host/timers.ts";

type WorkflowDefinition = LoadedWorkflow["definition"];
type ProcessIdentity = Processes["self"];

export interface SimulatedHostOptions {
  /** Wall clock at the start, ms. Default 2026-01-01T00:00:00Z. */
  readonly startAt?: number;
  readonly seed?: number;
  readonly identity?: ProcessIdentity;
  /** Processes that count as dead. */
  readonly dead?: (identity: ProcessIdentity) => boolean;
}

/** One for all simulations of a process, as if they shared a key file. */
let shared: Key | undefined;

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly fn: () => void;
  readonly background: boolean;
}

const hashOf = (value: unknown): string => Bun.hash(JSON.stringify(value)).toString(36);

const fileOf = (name: string): string => `workflows/${name}.ts`;

const START_AT = Date.UTC(2026, 0, 1);

const sources = new Map<string, WorkflowDefinition>();

/** What is kept of a source is its hash alone. */
const keptOf = (hashes: ReadonlyMap<WorkflowDefinition, string>): WorkflowFiles["kept"] => ({
  pack: ({ definition, sourceHash }) => (hashes.get(definition) === sourceHash ? new TextEncoder().encode(sourceHash) : undefined),
  load: async (name, hash, packed) => {
    const definition = sources.get(`${new TextDecoder().decode(packed)}/${name}`);
    if (definition === undefined) throw new Error(`there is no source ${hash} of ${name}`);
    return { definition, file: "", sourceHash: hash };
  },
  hasLeftovers: () => false,
  clear: () => {},
});

export class SimulatedHost implements Host {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly processes: Processes;
  readonly files: WorkflowFiles;
  readonly cipher: Host["cipher"];
  readonly chance: () => number;
  readonly onConsole = onConsole;
  #cipher: Host["cipher"];
  #now: number;
  #nextId = 1;
  #timers: Timer[] = [];
  #definitions: WorkflowDefinition[] = [];
  readonly #hashes = new Map<WorkflowDefinition, string>();
  readonly #broken = new Set<string>();
  readonly #idle = new Set<() => void>();
  readonly #stray = new Set<StrayErrorListener>();

  constructor(options: SimulatedHostOptions = {}) {
    this.#now = options.startAt ?? START_AT;
    const startedAt = this.#now;
    this.clock = { now: () => this.#now, monotonic: () => this.#now - startedAt, boot: () => this.#now - startedAt + 1_000_000 };
    this.chance = mulberry32(options.seed ?? 1);
    this.timers = {
      after: (ms, fn, options) => this.#add(this.#now + Math.max(0, ms), fn, options?.background === true),
      at: (at, fn, options) => this.#add(Math.max(this.#now, at), fn, options?.background === true),
      turn: systemTimers.turn,
    };
    const self = options.identity ?? { host: "simulated", bootId: "boot", pid: 1, startTime: "1" };
    this.processes = { self, liveness: (identity) => (options.dead?.(identity) ? "dead" : "alive") };
    const key = (): Key => (shared ??= drawKey());
    this.#cipher = cipherOver({ current: key, find: key });
    this.cipher = {
      ready: () => this.#cipher.ready(),
      seal: (text) => this.#cipher.seal(text),
      open: (sealed) => this.#cipher.open(sealed),
    };
    this.files = {
      find: async (name) => ({ found: this.#loaded().find(({ definition }) => definition.name === name), broken: this.#brokenFiles() }),
      all: async () => ({ found: this.#loaded(), broken: this.#brokenFiles() }),
      isOutdated: () => false,
      mark: () => `simulated ${hashOf([this.#definitions.map(({ name, schedule }) => [name, schedule]), [...this.#broken]])}`,
      imports: () => [],
      kept: keptOf(this.#hashes),
    };
  }

  /** Makes workflows known, as if they stood in files. Those of the same name are replaced. */
  define(...definitions: readonly WorkflowDefinition[]): void {
    const names = new Set(definitions.map(({ name }) => name));
    for (const name of names) this.#broken.delete(name);
    this.#definitions = [...this.#definitions.filter(({ name }) => !names.has(name)), ...definitions];
  }

  /** The same from files with that source, which can be kept; sources are the same for all simulations of a process. */
  defineAs(sourceHash: string, ...definitions: readonly WorkflowDefinition[]): void {
    this.define(...definitions);
    for (const definition of definitions) {
      this.#hashes.set(definition, sourceHash);
      sources.set(`${sourceHash}/${definition.name}`, definition);
    }
  }

  forget(name: string): void {
    this.#definitions = this.#definitions.filter((definition) => definition.name !== name);
  }

  /** Its file no longer loads; defining it anew mends that. */
  breakFile(name: string): void {
    this.#broken.add(name);
  }

  /** Another key, or one that is not there. */
  useCipher(cipher: Host["cipher"]): void {
    this.#cipher = cipher;
  }

  onIdle(listener: () => void): Cancel {
    this.#idle.add(listener);
    return () => this.#idle.delete(listener);
  }

  actor(): string {
    return "operator@simulated";
  }

  onStrayError(listener: StrayErrorListener): Cancel {
    this.#stray.add(listener);
    return () => this.#stray.delete(listener);
  }

  openStrayContext(): StrayContext {
    return { run: (fn) => fn() };
  }

  /** Says what a real process would say when its event loop is empty. */
  becomeIdle(): void {
    for (const listener of this.#idle) listener();
  }

  throwStray(error: unknown): void {
    for (const listener of this.#stray) listener(error, null);
  }

  /**
   * Moves the clock, firing timers at their instants, with turns in between so that what follows from one happens before the next.
   *
   * Background timers (heartbeats, looks at the file) fire once at the end if they are due: over three simulated days they would fire a
   * million times and change nothing.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await this.settle();
    for (;;) {
      const next = this.#timers.filter(({ at, background }) => at <= target && !background).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (next === undefined) break;
      await this.#fire(next, Math.max(this.#now, next.at));
    }
    this.#now = target;
    // One of them may have been cancelled by another.
    for (const timer of this.#timers.filter(({ at, background }) => at <= target && background)) {
      if (this.#timers.includes(timer)) await this.#fire(timer, target);
    }
    await this.settle();
  }

  /** Sets the wall clock without firing anything, as a clock change does. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets everything happen that needs no time. */
  async settle(turns = 12): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => systemTimers.turn(resolve));
  }

  #loaded(): readonly LoadedWorkflow[] {
    return this.#definitions
      .filter(({ name }) => !this.#broken.has(name))
      .map((definition) => ({ definition, file: fileOf(definition.name), sourceHash: this.#hashes.get(definition) ?? "simulated" }));
  }

  #brokenFiles(): readonly BrokenFile[] {
    return [...this.#broken].map((name) => ({ file: fileOf(name), error: broken(fileOf(name), "it is broken") }));
  }

  async #fire(timer: Timer, now: number): Promise<void> {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.#now = now;
    timer.fn();
    await this.settle();
  }

  #add(at: number, fn: () => void, background: boolean): Cancel {
    const timer = { at, id: this.#nextId++, fn, background };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
}

/** mulberry32 (Tommy Ettinger, public domain): small, seeded, good enough to spread a simulation. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
};
