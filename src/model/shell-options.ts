/**
 * The options of `ctx.sh`, read and checked: what is run, what is decided of its end, and what any step is told.
 *
 * By hand and not by a schema of zod: it is on the way of every call, and most workflows need no zod. A key that nobody knows is refused,
 * since one that is spelled wrong (`timeOut`) would do nothing.
 */
import type { StepOptions } from "./step.ts";
import { fail } from "./errors.ts";
import type { ShellOptions, ShellProgram, ShellRequest, ShellSettings, ShellTask, ShellWord } from "./shell.ts";
import { KEPT_BYTES } from "./shell-kept.ts";
import { wordOf } from "./shell-words.ts";
import { suggest } from "./suggest.ts";

/** What a program needs to find others and to speak to people, and nothing that tends to be secret. */
export const INHERITED = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_*", "TZ", "TMPDIR", "TERM"] as const;

/** Less could not tell what was left out. */
const MIN_KEPT_BYTES = 256;
/** Twice this, and escapes, still fit into the largest value that may be stored. */
const MAX_KEPT_BYTES = 16_777_216;
const MAX_EXIT_CODE = 255;

const OF_STEP = ["retry", "timeout", "key", "once", "verify", "compensate", "onExhausted", "sensitive"] as const;
const OF_SHELL = ["cwd", "env", "inherit", "stdin", "allow", "retryOn", "keptBytes", "fullLog", "stream"] as const;
const OF_PROGRAM = ["script", "args", "command"] as const;

type Given = Readonly<Record<string, unknown>>;

export interface ReadShell {
  readonly task: ShellTask;
  readonly step: StepOptions;
}

/** @param name of the step @throws ValidationError SHELL_REFUSED */
export const readShell = (name: string, program: ShellProgram, settings: ShellSettings): ReadShell => {
  const given = new Options(name, settings);
  given.knows([...OF_STEP, ...OF_SHELL]);
  return { task: taskOf(given, program), step: stepOptionsOf(settings) };
};

/** With a script or a command among the options. @throws ValidationError SHELL_REFUSED */
export const readShellOptions = (name: string, options: ShellOptions): ReadShell => {
  const given = new Options(name, options);
  given.knows([...OF_STEP, ...OF_SHELL, ...OF_PROGRAM]);
  return { task: taskOf(given, programOf(given)), step: stepOptionsOf(options) };
};

const stepOptionsOf = (settings: ShellSettings): StepOptions => {
  const given = settings as unknown as Given;
  return Object.fromEntries(OF_STEP.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]));
};

const taskOf = (given: Options, program: ShellProgram): ShellTask => {
  const [hasFullLog, isSensitive] = [given.flag("fullLog", false), given.flag("sensitive", false)];
  if (hasFullLog && isSensitive) throw given.wrong("fullLog", "what is sensitive is not written to a log");
  const request: ShellRequest = {
    program,
    cwd: given.text("cwd") ?? ".",
    env: given.variables("env"),
    inherit: given.names("inherit") ?? INHERITED,
    stdin: given.bytes("stdin"),
    keptBytes: given.number("keptBytes", MIN_KEPT_BYTES, MAX_KEPT_BYTES) ?? KEPT_BYTES,
  };
  const [allow, retryOn] = [given.exitCodes("allow") ?? [0], given.exitCodes("retryOn") ?? null];
  return { request, allow, retryOn, hasFullLog, isSensitive, isStreamed: given.flag("stream", true) && !isSensitive };
};

const programOf = (given: Options): ShellProgram => {
  const script = given.text("script");
  const command = given.words("command");
  if (script !== undefined && command !== undefined) throw given.wrong("command", "there is a script already; give one of the two");
  if (script !== undefined) {
    if (script.trim() === "") throw given.wrong("script", "it is empty");
    return { script, args: given.words("args") ?? [] };
  }
  const [program, ...rest] = command ?? [];
  if (program === undefined || program === "") throw given.wrong("command", "there is neither a script nor a command");
  if (given.words("args") !== undefined) throw given.wrong("args", "a command has its arguments beside it: [program, ...arguments]");
  return { command: [program, ...rest] };
};

/** What was given by one call, and the errors that say which part of it is wrong. */
class Options {
  readonly #name: string;
  readonly #given: Given;

  constructor(name: string, given: unknown) {
    this.#name = name;
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw fail("SHELL_REFUSED", { where: `ctx.sh("${name}")`, problem: "there are no options; a command is a template, ctx.sh`…`" });
    }
    this.#given = given as Given;
  }

  wrong(key: string, problem: string): Error {
    return fail("SHELL_REFUSED", { where: this.#where(key), problem });
  }

  knows(keys: readonly string[]): void {
    for (const key of Object.keys(this.#given)) {
      if (keys.includes(key)) continue;
      const near = suggest(key, keys);
      throw this.wrong(key, near === undefined ? `there is no such option: there are ${keys.join(", ")}` : `did you mean \`${near}\`?`);
    }
  }

  text(key: string): string | undefined {
    const value = this.#given[key];
    if (value === undefined) return undefined;
    if (typeof value !== "string") throw this.wrong(key, "it is not a text");
    if (value.includes("\0")) throw this.wrong(key, "it holds a NUL character");
    return value;
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.#given[key];
    if (value === undefined) return otherwise;
    if (typeof value !== "boolean") throw this.wrong(key, "it is neither true nor false");
    return value;
  }

  number(key: string, least: number, most: number): number | undefined {
    const value = this.#given[key];
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    throw this.wrong(key, `it is not a whole number from ${least} to ${most}`);
  }

  bytes(key: string): string | Uint8Array | undefined {
    const value = this.#given[key];
    if (value === undefined || typeof value === "string" || value instanceof Uint8Array) return value;
    throw this.wrong(key, "it is neither a text nor bytes; make a text of it, with JSON.stringify for one");
  }

  words(key: string): readonly string[] | undefined {
    const value = this.#given[key];
    if (value === undefined) return undefined;
    return this.#list(key).map((part, index) => wordOf(`${this.#where(key)}, part ${index + 1}`, part));
  }

  names(key: string): readonly string[] | undefined {
    if (this.#given[key] === undefined) return undefined;
    return this.#list(key).map((part) => {
      if (typeof part === "string" && /^[A-Za-z_]\w*\*?$/.test(part)) return part;
      throw this.wrong(key, `${JSON.stringify(part) ?? "undefined"} is not the name of a variable`);
    });
  }

  variables(key: string): Readonly<Record<string, string>> {
    const value = this.#given[key] ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw this.wrong(key, "it is no object of names and values");
    return Object.fromEntries(
      Object.entries(value as Readonly<Record<string, ShellWord>>).map(([name, word]) => {
        if (!/^[A-Za-z_]\w*$/.test(name)) throw this.wrong(key, `${JSON.stringify(name)} is not the name of a variable`);
        return [name, wordOf(this.#where(`${key}.${name}`), word)];
      }),
    );
  }

  exitCodes(key: string): readonly number[] | undefined {
    if (this.#given[key] === undefined) return undefined;
    return this.#list(key).map((code) => {
      if (Number.isInteger(code) && Number(code) >= 0 && Number(code) <= MAX_EXIT_CODE) return Number(code);
      throw this.wrong(key, `exit codes are whole numbers from 0 to ${MAX_EXIT_CODE}`);
    });
  }

  #list(key: string): readonly unknown[] {
    const value = this.#given[key];
    if (!Array.isArray(value)) throw this.wrong(key, "it is no array");
    return Array.from(value as readonly unknown[]); // holes become undefined, which nothing takes
  }

  #where(key: string): string {
    return `\`${key}\` of ctx.sh("${this.#name}")`;
  }
}
