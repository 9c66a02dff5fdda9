/**
 * The exit codes of every command, in one table: the code, `wf help exit-codes` and the tests read it here.
 *
 * Codes are a promise to scripts: they are only ever added.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  notFound: 4,
  parked: 5,
  cancelled: 6,
  blocked: 7,
  databaseUnusable: 8,
  busy: 75,
  timedOut: 124,
  notExecutable: 126,
  notStarted: 127,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export interface ExitCode {
  readonly code: number;
  readonly meaning: string;
}

export const EXIT_CODES: readonly ExitCode[] = [
  { code: EXIT.ok, meaning: "done; the execution is completed" },
  { code: EXIT.failed, meaning: "the execution failed, or the command itself did, or its output was lost" },
  { code: EXIT.usage, meaning: "usage or validation; nothing was created" },
  { code: EXIT.waiting, meaning: "the execution waits for an event, a person or a child, no deadline" },
  { code: EXIT.notFound, meaning: "no such execution or workflow" },
  { code: EXIT.parked, meaning: "the execution is parked until a known time, or until a place is free" },
  { code: EXIT.cancelled, meaning: "the execution is cancelled" },
  { code: EXIT.blocked, meaning: "the execution is blocked until a person decides" },
  { code: EXIT.databaseUnusable, meaning: "the database cannot be used: damaged, newer, no permission, disk full" },
  { code: EXIT.busy, meaning: "busy, try again" },
  { code: EXIT.timedOut, meaning: "--timeout passed; the execution goes on" },
  { code: EXIT.notExecutable, meaning: "wf step: its command may not be executed" },
  { code: EXIT.notStarted, meaning: "wf step: its command was not found" },
  { code: EXIT.hungUp, meaning: "the terminal was closed (SIGHUP), state kept" },
  { code: EXIT.interrupted, meaning: "interrupted (Ctrl-C, SIGINT), state kept" },
  { code: EXIT.terminated, meaning: "terminated (SIGTERM), state kept" },
];

/**
 * From worst to best, for commands that wait for several executions. What cannot be mended by waiting comes first: a failure that is known
 * outweighs a time-out of its neighbour.
 */
export const WORST_FIRST: readonly number[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.hungUp,
  EXIT.failed,
  EXIT.blocked,
  EXIT.cancelled,
  EXIT.timedOut,
  EXIT.waiting,
  EXIT.parked,
  EXIT.ok,
];

/** The worst of several codes; a code outside of the order counts as worst. No codes: 0. */
export const worstExit = (codes: readonly number[]): number =>
  codes.reduce((worst, code) => (WORST_FIRST.indexOf(code) < WORST_FIRST.indexOf(worst) ? code : worst), EXIT.ok as number);

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: EXIT.hungUp, SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated };

/** Exit code after a signal, given as the `reason` of the signal that aborted. */
export const exitOfSignal = (reason: unknown): number => SIGNALS[String(reason)] ?? EXIT.interrupted;
