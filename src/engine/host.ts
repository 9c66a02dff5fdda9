/**
 * What the engine needs of the machine: clock, chance, timers, the identity of processes, and the files that hold workflows.
 *
 * The real ones are in `src/host`; simulations bring their own. Nothing else in the engine may touch time or chance.
 */
import type { WorkflowDefinition } from "../model/definition.ts";
import type { ProcessIdentity } from "../model/records.ts";

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

export interface Host {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly timers: Timers;
  readonly processes: Processes;
  readonly files: WorkflowFiles;
  /** Calls `listener` when the event loop has nothing left to do although executions are not settled. */
  onIdle(listener: () => void): Cancel;
  onStrayError(listener: StrayErrorListener): Cancel;
  openStrayContext(listener: (error: unknown) => void): StrayContext;
}
