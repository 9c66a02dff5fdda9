/**
 * Runs a program under `strace`, which strikes at one of its system calls: kills it before the call is made, or lets the call fail.
 *
 * What callers may rely on:
 *   1. Each name of a system call is counted on its own, and so is each thread; SQLite works on the main thread.
 *   2. A program that does not end within the limit is killed, and said to hang.
 */
import { describe } from "bun:test";
import { readFileSync } from "node:fs";
import { canTrace } from "../tools.ts";

export interface Blow {
  readonly syscall: string;
  /** The how-manieth call it meets, from 1; with a plus, that one and all after it. */
  readonly at: `${number}` | `${number}+`;
  readonly effect: "signal=SIGKILL" | `error=${"EIO" | "ENOSPC" | "ENOMEM"}`;
  /** Meets only calls on these files. Default: on any. */
  readonly files?: readonly string[];
}

export interface Struck {
  readonly hangs: boolean;
  /** The blow has fallen. */
  readonly wasHit: boolean;
  /** Null when a signal has ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly cwd: string;
  readonly limitMs: number;
  /** Told of each line of its output as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Rigs that need `strace`; skipped where it is missing or not allowed. */
export const describeTraced = canTrace() ? describe : describe["skip"];

/** Every call that reaches the disk, of those that SQLite on Bun makes. */
export const WRITING_CALLS = ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"] as const;

export const strike = async (program: readonly string[], blow: Blow, { cwd, limitMs, onLine }: Running): Promise<Struck> => {
  const { syscall, at, effect, files = [] } = blow;
  const log = `${cwd}/strace.log`;
  const isDeadly = effect === "signal=SIGKILL";
  const traced = Bun.spawn(
    [
      ...["strace", "-f", "-qq", "-o", isDeadly ? "/dev/null" : log],
      // Stops at the calls in question alone, which halves the time; strace 6.1 sends no signals then.
      ...(isDeadly ? [] : ["--seccomp-bpf"]),
      ...files.flatMap((file) => ["-P", file]),
      ...["-e", `trace=${syscall}`, "-e", `inject=${syscall}:${effect}:when=${at}`],
      ...program,
    ],
    { cwd, env: lean(process.env), stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  let hangs = false;
  const limit = setTimeout(() => {
    hangs = true;
    // The program is the only child of strace; without it, strace ends as well.
    const children = readFileSync(`/proc/${traced.pid}/task/${traced.pid}/children`, "utf8");
    process.kill(Number(children.trim()), "SIGKILL");
  }, limitMs);
  const [, stdout, stderr] = await Promise.all([traced.exited, readLines(traced.stdout, onLine), new Response(traced.stderr).text()]);
  clearTimeout(limit);
  const wasHit = isDeadly ? !hangs && traced.signalCode === "SIGKILL" : readFileSync(log, "utf8").includes("(INJECTED)");
  return { wasHit, hangs, code: traced.exitCode, stdout, stderr };
};

/** Without compiler threads and the like: each stop of a thread costs two switches to strace. */
const lean = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("WF_"))),
  BUN_FEATURE_FLAG_DISABLE_ASYNC_TRANSPILER: "1",
  BUN_JSC_useJIT: "0",
  BUN_JSC_useConcurrentGC: "0",
});

const readLines = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, onLine: (line: string) => void = () => {}): Promise<string> => {
  const decoder = new TextDecoder();
  let [text, told] = ["", 0];
  for await (const part of stream) {
    text += decoder.decode(part, { stream: true });
    for (let end = text.indexOf("\n", told); end >= 0; end = text.indexOf("\n", told)) {
      onLine(text.slice(told, end));
      told = end + 1;
    }
  }
  return text;
};
