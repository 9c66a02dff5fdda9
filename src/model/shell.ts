/**
 * `ctx.sh`: what a child process as a step takes and gives.
 *
 * Values are arguments of the process and never text of a script, so nothing that a value holds can become a command.
 */
import type { StepContext, StepOptions } from "./step.ts";

/** One argument. Anything else is refused: an object that came from JSON is a mistake, or somebody's trap. */
export type ShellWord = string | number | boolean | bigint;

/** What stands in a template: one argument, or any number of them. */
export type ShellValue = ShellWord | readonly ShellWord[];

export interface ShellResult {
  /** As UTF-8, without one last line break; of a long one head and tail, with a line between them that says how much is missing. */
  readonly stdout: string;
  readonly stderr: string;
  /** 128 and the signal's number when a signal has ended it. */
  readonly exitCode: number;
  /** "SIGTERM" and the like; null when it has ended by itself. */
  readonly signal: string | null;
  /** Something of its output is not here. */
  readonly truncated: boolean;
  /** With `fullLog`: the file that has the whole, relative to the project. */
  readonly logFile?: string;
}

/** Those of any step but for its function and schema. */
type OptionsOfStep = Omit<StepOptions<ShellResult>, "output">;

export interface ShellSettings extends OptionsOfStep {
  /** Where it runs, relative to the project's folder. Default: that folder. */
  readonly cwd?: string;
  /** Variables for it, beside those that are inherited. They are not stored. */
  readonly env?: Readonly<Record<string, ShellWord>>;
  /**
   * Names of the variables of wf's own environment that it sees; `LC_*` means all that begin so. Nothing else of it is inherited. Default:
   * PATH HOME USER LOGNAME SHELL LANG LC_* TZ TMPDIR TERM.
   */
  readonly inherit?: readonly string[];
  /** What it reads on standard input. Default: nothing. */
  readonly stdin?: string | Uint8Array;
  /** Exit codes that are no failure. Default [0]. */
  readonly allow?: readonly number[];
  /** Failing exit codes that are worth another attempt; the step fails at once with any other. Default: all of them. */
  readonly retryOn?: readonly number[];
  /** How much is kept of each of the two streams, in bytes: half of it from the head, half from the tail. Default 65,536. */
  readonly keptBytes?: number;
  /** Writes the whole output to `.wf/logs/<execution>/<step>.<attempt>.log`, readable for its owner only. Default false. */
  readonly fullLog?: boolean;
  /** Shows its lines on the terminal while it runs. Default true. */
  readonly stream?: boolean;
}

export type ShellOptions = ShellSettings &
  (
    | {
        /** For `bash -euo pipefail -c`, or `sh -eu -c` where there is no bash. */
        readonly script: string;
        /** "$1", "$2" … of the script. */
        readonly args?: readonly ShellWord[];
        readonly command?: never;
      }
    | {
        /** A program and its arguments, without a shell. */
        readonly command: readonly [string, ...ShellWord[]];
        readonly script?: never;
        readonly args?: never;
      }
  );

export type ShellTemplate = (script: TemplateStringsArray, ...values: readonly ShellValue[]) => Promise<ShellResult>;

export interface ShellCall {
  /**
   * Runs a script whose values are its arguments. What is written is what the shell reads: of JavaScript's escapes only `` \` `` and `\${`
   * mean something else. A value may stand by itself, in a word or in quotes; an array is several arguments. The name of the step is the
   * script with `$1`, `$2` … for its values.
   *
   * @throws ShellError when it ends with a code that is not allowed and all attempts have failed
   * @throws ValidationError SHELL_REFUSED for a value that is no argument, or one in a place where it would be evaluated
   * @example const { stdout } = await ctx.sh`git rev-parse --verify ${branch}`
   */
  (script: TemplateStringsArray, ...values: readonly ShellValue[]): Promise<ShellResult>;
  /** The same with a name and options. */
  (name: string, options: ShellOptions): Promise<ShellResult>;
  /** For a template: a name of its own, and options. @example await ctx.sh.named("build", { timeout: "5m" })`make ${target}` */
  named(name: string, settings?: ShellSettings): ShellTemplate;
}

/** What is run: a script with its arguments, or a program with them. */
export type ShellProgram =
  { readonly script: string; readonly args: readonly string[] } | { readonly command: readonly [string, ...string[]] };

/** All that a machine has to know to run it once. */
export interface ShellRequest {
  readonly program: ShellProgram;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly inherit: readonly string[];
  readonly stdin: string | Uint8Array | undefined;
  readonly keptBytes: number;
}

/** What is decided of its end. */
export interface ShellRules {
  readonly allow: readonly number[];
  /** null: all. */
  readonly retryOn: readonly number[] | null;
}

/** A call of `ctx.sh` that has been read. */
export interface ShellTask extends ShellRules {
  readonly request: ShellRequest;
  readonly hasFullLog: boolean;
  readonly isStreamed: boolean;
  readonly isSensitive: boolean;
}

export interface ShellWatch {
  /** When it is aborted the whole process group is ended; the promise settles when nobody of it is left. */
  readonly signal: AbortSignal;
  readonly onChunk?: ((name: "stdout" | "stderr", chunk: Uint8Array) => void) | undefined;
  /** Its full log: the parts of its path under the folder of logs. */
  readonly log?: { readonly executionId: string; readonly name: string } | undefined;
}

/** What came of it, whatever that is. */
export interface ShellEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly signal: string | null;
  readonly isTruncated: boolean;
  readonly logFile: string | null;
}

/** The machine: runs a request once. @throws SHELL_UNSTARTED, or the error of the system */
export type Shell = (request: ShellRequest, watch: ShellWatch) => Promise<ShellEnd>;

/** The engine, for `ctx.sh`: one attempt of the step. */
export type ShellAttempt = (task: ShellTask, step: StepContext) => Promise<ShellResult>;
