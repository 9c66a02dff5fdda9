/**
 * A script in a process of its own, for what only a whole process can show: its end, its handlers, its module loader.
 *
 * The script is TypeScript; `SRC` in it stands for the folder of our sources.
 */
import { resolve } from "node:path";
import { temporaryProject } from "./temporary-project.ts";
import { PATIENCE_MS } from "../support/patience.ts";

export const SRC = resolve(import.meta.dir, "../../src");

export interface Outcome {
  /** Lines of standard output. */
  readonly lines: readonly string[];
  readonly stderr: string;
  readonly exitCode: number;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A script that hangs is killed, and then fails the test by its exit code. */
export const spawnScript = async (script: string, options: SpawnOptions = {}): Promise<Outcome> => {
  using folder = temporaryProject({ "script.ts": script.replaceAll("SRC", SRC) });
  const child = Bun.spawn([process.execPath, ...(options.flags ?? ["--no-install"]), folder.path("script.ts")], {
    cwd: options.cwd ?? folder.root,
    env: { ...process.env, NODE_ENV: "", ...options.env },
    stdout: "pipe",
    stderr: "pipe",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { lines: stdout.split("\n").filter((line) => line !== ""), stderr, exitCode };
};
