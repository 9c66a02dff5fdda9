/**
 * One output of a child, read as it comes; and what is left in its pipes when the child itself has exited.
 *
 *     reading ──► the child exits ──► drain: until all have come to their end, nothing comes any more, or it takes too long
 *
 * A grandchild that keeps a pipe open, or goes on printing, holds whoever waits for the drain at most.
 */
import { closeSync } from "node:fs";
import type { Pipe } from "./pipes.ts";

/** How long pipes stay open after the exit while nothing comes through them, in slices: each lets the loop read what has come meanwhile. */
const DRAIN_SLICES = 5;
const DRAIN_SLICE_MS = 50;
/** While a grandchild goes on printing. */
const DRAIN_MAX_SLICES = 40;

export interface OutputSource {
  /** What Bun has of the child where there is no pipe of ours. */
  readonly child: Bun.Subprocess["stdout"];
  readonly pipe: Pipe | undefined;
}

/** Read until its end, or until it is closed. */
export class ChildOutput {
  /** How often something came. */
  chunks = 0;
  isAtEnd = false;
  readonly atEnd: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  /** @param heard told of every chunk; its memory is the listener's for the time of the call */
  constructor({ child, pipe }: OutputSource, heard: (chunk: Uint8Array) => void) {
    const stream = pipe === undefined ? (child as ReadableStream<Uint8Array>) : Bun.file(pipe.readEnd).stream();
    this.#reader = stream.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    // A pipe that cannot be read any more has come to its end, too.
    const ended = (): void => {
      this.isAtEnd = true;
      if (pipe !== undefined) closeSync(pipe.readEnd); // the stream leaves that to us, also when it is cancelled (Bun 1.4.5)
    };
    this.atEnd = this.#read(heard).then(ended, ended);
  }

  close(): void {
    this.#reader.cancel().catch(() => {});
  }

  async #read(heard: (chunk: Uint8Array) => void): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      this.chunks++;
      try {
        heard(value);
      } catch (error) {
        // A mistake of the listener's: who stops reading makes the child wait for ever.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** Reads what is left in the pipes; gives whether they had to be closed before their end. */
export const drained = async (outputs: readonly ChildOutput[]): Promise<boolean> => {
  const atEnd = Promise.all(outputs.map((output) => output.atEnd));
  const chunks = (): number => outputs.reduce((sum, output) => sum + output.chunks, 0);
  // Slices and not one time: after a stall of this process the time is over before anything has been read.
  for (let quiet = 0, slices = 0, seen = chunks(); quiet < DRAIN_SLICES && slices < DRAIN_MAX_SLICES; slices++) {
    await within(atEnd, DRAIN_SLICE_MS);
    if (outputs.every(({ isAtEnd }) => isAtEnd)) return false;
    quiet = chunks() === seen ? quiet + 1 : 0;
    seen = chunks();
  }
  for (const output of outputs) output.close();
  return true;
};

const within = async (done: Promise<unknown>, ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([done, promise]);
  clearTimeout(timer);
};
