/**
 * The command as its users run it: real processes in a folder of its own.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PATIENCE_MS } from "./patience.ts";

const WF = resolve(import.meta.dir, "../../bin/wf");

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly done: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

/** What tests look at in the document of an execution. */
export interface Execution {
  readonly status: string;
  readonly reason: string | null;
  readonly reasonDetail: string | null;
  readonly output: unknown;
  readonly restarts: number;
  readonly error: { readonly name: string; readonly message: string; readonly code: string | null } | null;
}

export interface Playground {
  readonly folder: string;
  path(name: string): string;
  write(file: string, text: string): void;
  /** Lines of a file that steps append to; empty when it is not there. */
  lines(file: string): readonly string[];
  start(...args: readonly string[]): Running;
  wf(...args: readonly string[]): Promise<Finished>;
  /** With `--json`, parsed. */
  json<T = Record<string, unknown>>(...args: readonly string[]): Promise<T>;
  remove(): void;
}

/** A project folder with the given files under `workflows/`. */
export const playground = (files: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Playground => {
  const folder = mkdtempSync(join(tmpdir(), "wf-e2e-"));
  const path = (name: string): string => join(folder, name);
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text);
  };
  mkdirSync(path("workflows"), { recursive: true });
  for (const [file, text] of Object.entries(files)) write(`workflows/${file}`, text);
  const start = (...args: readonly string[]): Running => {
    const child = Bun.spawn([WF, ...args], {
      cwd: folder,
      env: { ...clean(process.env), ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const done = Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()]).then(
      ([code, stdout, stderr]) => ({ code, stdout, stderr }),
    );
    return { pid: child.pid, done, kill: (signal) => child.kill(signal) };
  };
  const wf = (...args: readonly string[]): Promise<Finished> => start(...args).done;
  return {
    ...{ folder, path, write, start, wf },
    lines: (file) => {
      try {
        return readFileSync(path(file), "utf8").split("\n").filter(Boolean);
      } catch {
        return [];
      }
    },
    json: async <T>(...args: readonly string[]) => {
      const { stdout, stderr } = await wf(...args, "--json");
      try {
        return JSON.parse(stdout) as T;
      } catch {
        throw new Error(`not one JSON document: ${stdout}\n${stderr}`);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Without what would change how the command talks. */
const clean = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(WF_|NO_COLOR|FORCE_COLOR|CLICOLOR|CI$|GITHUB_)/.test(entry[0]),
    ),
  );

/** Polls until `probe` gives something; for processes, whose progress no clock of ours can move. */
export const eventually = async <T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = PATIENCE_MS / 2,
): Promise<T> => {
  const endsAt = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endsAt) throw new Error(`${what}: not within ${limitMs} ms`);
    await Bun.sleep(15);
  }
};
