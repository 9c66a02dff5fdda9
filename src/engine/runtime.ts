/** What all executions of this process share while they are carried. */
import type { Chance, Clock, LoadedWorkflow, StrayContext, Timers } from "./host.ts";
import type { Cipher } from "../model/cipher.ts";
import type { ScriptMachine } from "../model/scripts/machine.ts";
import type { Shell } from "../model/shell.ts";
import type { Transact } from "../model/transaction.ts";
import type { Nursery } from "./child-care.ts";
import type { RunningSteps } from "./running-steps.ts";
import type { Store } from "./store.ts";

export interface Runtime {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly timers: Timers;
  /** The next turn of the event loop, shared by all executions. */
  readonly turn: (fn: () => void) => void;
  readonly cipher: Cipher;
  /** Largest stored value, in bytes of its text. */
  readonly maxValueBytes: number;
  /** How long code may stay away from the next recorded completion before it counts as changed. */
  readonly graceMs: number;
  /** How long a running step may go on after its process was told to stop, where its carrier does not say otherwise. */
  readonly drainGraceMs: number;
  /** How long a function that waits on nothing known may do so while other work keeps the process alive. */
  readonly stallMs: number;
  readonly runningSteps: RunningSteps;
  /** The definition as it is now, or why there is none. */
  definition(name: string): Promise<LoadedWorkflow | { readonly missing: string }>;
  /** The definition in the source of that hash, or why there is none. */
  original(name: string, hash: string | null): Promise<LoadedWorkflow | { readonly missing: string }>;
  readonly children: Nursery;
  /** Runs the commands of `ctx.sh`. */
  readonly shell: Shell;
  /** Carries an attempt of `ctx.transaction` out. */
  readonly transact: Transact;
  /** Starts scripts. */
  readonly scripts: ScriptMachine;
  openStrayContext(listener: (error: unknown) => void): StrayContext;
}
