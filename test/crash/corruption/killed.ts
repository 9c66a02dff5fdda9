/**
 * A database whose newest commits are in the WAL alone, as a process leaves it that was killed with SIGKILL.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "./scratch.ts";

const STORE_PROCESS = join(import.meta.dir, "../../sqlite/process.ts");

/** The execution that the killed process was moving. */
export const KILLED_ID = "killed";

export interface Killed {
  readonly main: Buffer;
  readonly wal: Buffer;
  /** Steps that it had been told are stored; one more may be. */
  readonly acknowledged: number;
}

/** @param commits how many steps it stores, each in a commit of its own, before it is killed */
export const killedProcess = async (scratch: Scratch, base: Uint8Array, commits: number): Promise<Killed> => {
  scratch.place(base);
  const child = Bun.spawn([process.execPath, STORE_PROCESS, "steps", scratch.file, JSON.stringify({ id: KILLED_ID })], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  let acknowledged = 0;
  try {
    acknowledged = await stepsSaid(child, commits);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
  return { main: readFileSync(scratch.file), wal: readFileSync(`${scratch.file}-wal`), acknowledged };
};

async function stepsSaid(
  child: { readonly stdin: { write(text: string): unknown; flush(): unknown }; readonly stdout: ReadableStream<Uint8Array> },
  commits: number,
): Promise<number> {
  const decoder = new TextDecoder();
  let text = "";
  let last = 0;
  for await (const chunk of child.stdout) {
    if (text === "") {
      child.stdin.write("go\n"); // it has said that it is ready
      child.stdin.flush();
    }
    text += decoder.decode(chunk, { stream: true });
    for (const line of text.split("\n").slice(0, -1)) if (/^\d+$/.test(line)) last = Math.max(last, Number(line));
    if (last >= commits) return last;
  }
  throw new Error(`the process ended after ${last} steps: ${text}`);
}
