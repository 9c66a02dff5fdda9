/** The hand on an actor: orders, signals, and its end. Whatever a test has started is ended by `endActors`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Order } from "./actor.ts";

const PROGRAM = join(import.meta.dir, "actor.ts");

const living = new Set<Actor>();

export class Actor {
  readonly #process;
  readonly #answers: AsyncIterator<string>;

  /** @param env on top of that of this process */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#process = Bun.spawn([process.execPath, PROGRAM], {
      env: { ...process.env, ...env },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    this.#answers = linesOf(this.#process.stdout);
    living.add(this);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Without waiting for the answer. */
  tell(order: Order): void {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    this.#process.stdin.flush();
  }

  /** @throws what it threw, or that it has ended */
  async answer<T>(): Promise<T> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`actor ${this.pid} ended with ${await this.#process.exited}`);
    const { said, threw } = JSON.parse(value) as { said?: T; threw?: string };
    if (threw !== undefined) throw new Error(`actor ${this.pid}: ${threw}`);
    return said as T;
  }

  ask<T>(order: Order): Promise<T> {
    this.tell(order);
    return this.answer<T>();
  }

  /** Settles when the system shows it to be stopped: the signal alone only asks for that. */
  async stop(): Promise<void> {
    this.#process.kill("SIGSTOP");
    while (stateOf(this.pid) !== "T") await Bun.sleep(1);
  }

  goOn(): void {
    this.#process.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    living.delete(this);
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

export const endActors = async (): Promise<void> => {
  await Promise.all([...living].map((actor) => actor.kill()));
};

const stateOf = (pid: number): string | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[0];
};

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
