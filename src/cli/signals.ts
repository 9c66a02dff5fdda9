/**
 * Signals from outside as one `AbortSignal`.
 *
 *     first   SIGINT, SIGTERM, SIGHUP ──► abort, its reason the signal's name: the command stops at the next commit
 *     second  any of them             ──► exit at once
 *
 * Nothing is lost by either: what is committed stays, and what is not is done again. Signals that the starter of this process had set to be
 * ignored, as nohup does with SIGHUP, stay ignored.
 */
import { exitOfSignal } from "./exit-codes.ts";

export const SIGNAL_NAMES = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];

export interface SignalPolicy {
  readonly ignored: readonly SignalName[];
  /** What a second signal does. A supervised worker is told to end by more than one, and is killed by its supervisor. */
  readonly repeated: "exit" | "nothing";
}

export const DEFAULT_POLICY: SignalPolicy = { ignored: [], repeated: "exit" };

export interface SignalSource {
  on(name: SignalName, listener: () => void): unknown;
  off(name: SignalName, listener: () => void): unknown;
}

export interface Signals {
  readonly signal: AbortSignal;
  /** Ends the command as the first signal would, for another reason. */
  abort(reason: string): void;
  release(): void;
}

export const listenToSignals = (source: SignalSource, policy: SignalPolicy, exit: (code: number) => void): Signals => {
  const controller = new AbortController();
  let received = 0;
  const receive = (name: SignalName): void => {
    if (policy.ignored.includes(name)) return;
    received++;
    if (received === 1) controller.abort(name);
    else if (policy.repeated === "exit") exit(exitOfSignal(name));
  };
  // An ignored signal has a listener too: without one it would end the process.
  const listeners = SIGNAL_NAMES.map((name) => [name, () => receive(name)] as const);
  for (const [name, listener] of listeners) source.on(name, listener);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release() {
      for (const [name, listener] of listeners) source.off(name, listener);
    },
  };
};

/** Numbers as on Linux and macOS. */
const NUMBERS: Readonly<Record<SignalName, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** The signals that were ignored from the start, out of the text of `/proc/self/status`. */
export const ignoredFromStart = (processStatus: string): readonly SignalName[] => {
  const mask = /^SigIgn:\s*([0-9a-f]{1,16})$/m.exec(processStatus)?.[1];
  if (mask === undefined) return [];
  const bits = BigInt(`0x${mask}`);
  return SIGNAL_NAMES.filter((name) => ((bits >> BigInt(NUMBERS[name] - 1)) & 1n) === 1n);
};
