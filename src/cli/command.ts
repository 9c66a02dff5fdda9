/**
 * A command as a value: what it is called, what it takes, what it does. No commander, no console: `program.ts` and `out.ts` know those.
 */
import type { Client } from "../model/client.ts";
import type { ExaminationView } from "../model/examination.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { WorkerRole } from "../model/records.ts";
import type { Configuration } from "../model/settings.ts";
import type { Out } from "./out.ts";
import type { OutputFormat } from "./out-format.ts";

export type OptionValue = string | boolean | readonly string[] | undefined;

/** Flags as commander writes them, `"--hold <duration>"`, each with its description. A flag that ends in `...` may be repeated. */
export type OptionTable = Readonly<Record<string, string>>;

/** What a command gets beside its arguments. */
export interface CommandContext {
  /** Opens the project's client on first use; the command never closes it. `create` makes the database file if there is none. */
  client(options?: { readonly create?: boolean; readonly role?: WorkerRole }): Promise<Client>;
  /** Opens the database for looking after it, on first use; the command never closes it. */
  maintenance(): Promise<Maintenance>;
  /** Looks at the database and what it stands on, also where it cannot be opened. */
  examine(options: { readonly isThorough: boolean }): Promise<ExaminationView>;
  /** What holds in the project. */
  readonly configuration: Configuration;
  readonly out: Out;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. Its `reason` is the name of the signal. */
  readonly signal: AbortSignal;
  /** The current folder, or the one that --dir names, absolute. It need not be a project, nor be there. */
  readonly folder: string;
  /** The project's root folder, absolute. */
  readonly root: string;
  /** The database file, absolute. */
  readonly databaseFile: string;
  /** Text of standard input, read to its end, at most 16 MiB. */
  readInput(): Promise<string>;
  /** Whether there is a person at the terminal. */
  readonly canAsk: boolean;
  /** A line that the person at the terminal types. Undefined where there is none to be asked. */
  ask(question: string): Promise<string | undefined>;
  /** Wall clock, for rendering ages. */
  now(): number;
  /** Runs `fn` once, at the earliest `ms` from now, and keeps the process alive until then. Gives what calls it off. */
  after(ms: number, fn: () => void): () => void;
}

export interface Invocation {
  readonly args: readonly string[];
  /** Those of them that stand after `--`; undefined where there is none. */
  readonly rest?: readonly string[] | undefined;
  readonly options: Readonly<Record<string, OptionValue>>;
}

export interface Command {
  /** `"cancel <id...>"`, as commander takes it. */
  readonly usage: string;
  readonly summary: string;
  /** More than the summary, shown by `wf help <command>`. */
  readonly details?: string;
  readonly options?: OptionTable;
  /** By placeholder, `"action"` of `<action>`, what may stand there, where these are few words: a shell offers them. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  readonly examples: readonly string[];
  /** The output formats that make sense. Default all; `-o ids` goes where there are no ids to give. */
  readonly formats?: readonly OutputFormat[] | ((invocation: Invocation) => readonly OutputFormat[]);
  /** Gives the exit code. A thrown catalogue error becomes its own. */
  run(invocation: Invocation, context: CommandContext): Promise<number>;
}
