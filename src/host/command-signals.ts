/**
 * Signals while a command runs: this process stays until the command has ended, and passes on what was meant for it.
 *
 *     Ctrl-C, Ctrl-\ in a terminal      the kernel has sent it to the whole group: nothing is passed on
 *     TERM, HUP                         passed on if the command still runs a moment later: it may have had it with its group
 *     USR1, USR2, and INT without       passed on at once
 *     a terminal
 *     what was ignored from the start   stays so: HUP under nohup, INT and QUIT in a background job of a script
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";

/** Longer than a signal to the group takes to end a program; too short for a person to notice. */
const MOMENT_MS = 200;
const LOOK_MS = 10;

const PASSED_ON = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
type Name = (typeof PASSED_ON)[number];

/** Those that ask for an end. */
const ENDING: readonly Name[] = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

interface Running {
  readonly exitCode: number | null;
  readonly signalCode: string | number | null;
  kill(signal: number): void;
}

export class CommandSignals {
  /** The first that asked for an end. */
  received: Name | null = null;
  readonly #child: Running;
  readonly #listeners: readonly (readonly [Name, () => void])[];

  constructor(child: Running) {
    this.#child = child;
    const ignored = ignoredSignals();
    this.#listeners = PASSED_ON.filter((name) => !ignored.has(CommandSignals.numberOf(name))).map(
      (name) => [name, () => this.#receive(name)] as const,
    );
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  static numberOf(signal: string): number {
    return constants.signals[signal as NodeJS.Signals] ?? 0;
  }

  /** A command that was asked to end may have been so with its whole group: then the same is on its way to us. */
  async heard(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    const wasAsked = ENDING.some((name) => name === signalCode || 128 + CommandSignals.numberOf(name) === exitCode);
    for (let waitedMs = 0; wasAsked && this.received === null && waitedMs < MOMENT_MS; waitedMs += LOOK_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  release(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #receive(name: Name): void {
    if (ENDING.includes(name)) this.received ??= name;
    const isTyped = (name === "SIGINT" || name === "SIGQUIT") && hasTerminal();
    if (isTyped) return;
    if (name === "SIGTERM" || name === "SIGHUP") setTimeout(() => this.#pass(name), MOMENT_MS);
    else this.#pass(name);
  }

  #pass(name: Name): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(CommandSignals.numberOf(name));
  }
}

/** Of the signals that ask for an end, as `trap` calls them. */
export const ignoredNames = (): readonly string[] => {
  const ignored = ignoredSignals();
  return ENDING.filter((name) => ignored.has(CommandSignals.numberOf(name))).map((name) => name.slice("SIG".length));
};

/** Numbers. Where the system does not tell, every signal counts. */
const ignoredSignals = (): ReadonlySet<number> => {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]{1,16})$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return new Set(
      Array.from({ length: 64 }, (_, at) => at + 1).filter((number) => ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n),
    );
  } catch {
    return new Set();
  }
};

/** Whether this process has a terminal from which a person may interrupt it. */
const hasTerminal = (): boolean => {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
};
