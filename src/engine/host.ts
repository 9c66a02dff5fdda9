/**
 * What the engine needs of the machine: clock, chance, timers, the identity of processes, and the files that hold workflows.
 *
 * The real ones are in `src/host`; simulations bring their own. Nothing else in the engine may touch time or chance.
 */
import type { WorkflowDefinition } from "../model/definition.ts";
import type { Cipher } from "../model/cipher.ts";
import type { LogLevel, ProcessIdentity } from "../model/records.ts";

export interface Clock {
  /** Wall clock, ms since the epoch. Deadlines are kept and compared in it. */
  now(): number;
  /** Monotonic ms, for measuring durations in this process. */
  monotonic(): number;
  /** Ms since the machine booted, the same for all processes, moved by no clock change. */
  boot(): number;
}

/** From 0 up to 1. */
export type Chance = () => number;

export interface Cancel {
  (): void;
}

export interface Timers {
  /** Runs `fn` once, at the earliest `ms` from now. `background` does not keep the process alive. */
  after(ms: number, fn: () => void, options?: { readonly background?: boolean }): Cancel;
  /** Runs `fn` once the wall clock shows `at`; looks at least every 30 s, so clock changes and a sleeping laptop are noticed. */
  at(at: number, fn: () => void, options?: { readonly background?: boolean }): Cancel;
  /** Runs `fn` in the next turn of the event loop, after all promise reactions of this one; in the order of the calls. */
  turn(fn: () => void): void;
}

export interface Processes {
  readonly self: ProcessIdentity;
  /** `alive` and `dead` are certain; `unknown` for a process of another host. */
  liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown";
}

export interface LoadedWorkflow {
  readonly definition: WorkflowDefinition;
  /** Relative to the project's root. */
  readonly file: string;
  /** Content hash of that file. */
  readonly sourceHash: string;
}

export interface BrokenFile {
  readonly file: string;
  readonly error: Error;
}

/** Where definitions come from. One broken file never hides the others. */
export interface WorkflowFiles {
  /** Finds one by name; `hint` is the file where it was last. Broken files that may have held it are told. */
  find(name: string, hint?: string): Promise<{ readonly found: LoadedWorkflow | undefined; readonly broken: readonly BrokenFile[] }>;
  all(): Promise<{ readonly found: readonly LoadedWorkflow[]; readonly broken: readonly BrokenFile[] }>;
  /**
   * Whether anything that was loaded has been edited since. A process cannot exchange its code: it gives its work back, and another begins.
   */
  isOutdated(): boolean;
  /**
   * `<root> <files>`, short: changes when a file comes, goes or is edited, and when the project is another.
   *
   * @param imports further files that count, relative to the root
   */
  mark(imports: readonly string[]): string;
  /** Files that loaded ones import, relative to the root. */
  imports(): readonly string[];
  readonly kept: KeptCode;
}

/** Sources as they were. */
export interface KeptCode {
  /** What a workflow was loaded from, packed for keeping; undefined when it has been edited since, or is too large to be kept. */
  pack(workflow: LoadedWorkflow): Uint8Array | undefined;
  /**
   * The workflow of that name in a source that was packed. Nothing of it runs unless the source has that hash.
   *
   * @throws SOURCE_UNUSABLE
   */
  load(name: string, hash: string, packed: Uint8Array): Promise<LoadedWorkflow>;
  /** Whether `load` has left anything behind on this machine. */
  hasLeftovers(): boolean;
  /** Takes away what `load` has left behind, but for the sources of these hashes. */
  clear(needed: ReadonlySet<string>): void;
}

/** Files that hold the whole output of commands, of each execution its own. */
export interface OutputFiles {
  /** Which of these executions have any. */
  having(ids: readonly string[]): readonly string[];
  /** Whether an id that differs only in its capitals has its files in the same place: the file system decides. */
  ignoresCase(id: string): boolean;
  /** Takes those of these executions out of the way, at once. Never throws. */
  setAside(ids: readonly string[]): void;
  /** Deletes what was set aside. Never rejects. */
  clear(): Promise<void>;
}

/**
 * An error that was thrown outside every promise and every context; the file is a hint for people, where one can be seen. `false` says that
 * it is nobody's here: then it ends the process, as it would without a listener.
 */
export type StrayErrorListener = (error: unknown, file: string | null) => boolean | void;

/** Code that runs in it, and whatever that sets off, tells its stray errors to the listener of the context. */
export interface StrayContext {
  run<T>(fn: () => T): T;
}

/** A call of `console`: its level, and the text that it prints, which is made when it is asked for. */
export type ConsoleListener = (level: LogLevel, text: () => string) => void;

export interface Host {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly timers: Timers;
  readonly processes: Processes;
  readonly files: WorkflowFiles;
  /** Left out where no command leaves any, as in a simulation. */
  readonly outputFiles?: OutputFiles;
  /** Over the keys of this project. */
  readonly cipher: Cipher;
  /** Who acts here, for the history: `user@host`, or what WF_ACTOR says. */
  actor(): string;
  /** Calls `listener` when the event loop has nothing left to do although executions are not settled. */
  onIdle(listener: () => void): Cancel;
  onStrayError(listener: StrayErrorListener): Cancel;
  openStrayContext(listener: (error: unknown) => void): StrayContext;
  /** Hears what code of this process prints; the printing itself goes on as it was. */
  onConsole(listener: ConsoleListener): Cancel;
}
