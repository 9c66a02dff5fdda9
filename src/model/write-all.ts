/** Writing whole to a descriptor that may take a part only, or, where somebody made it non-blocking, nothing at the moment. */

/** The part of the file system that it needs. */
export type WriteBytes = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/** The reader of a pipe has gone, the terminal was closed, or the shell closed the stream with `>&-`. */
const GONE_CODES: readonly unknown[] = ["EPIPE", "EIO", "EBADF", "ECONNRESET"];

export const isReaderGone = (error: unknown): boolean => GONE_CODES.includes((error as { readonly code?: unknown } | null)?.code);

/** Complete when it returns. @throws whatever else than "not now" `write` throws */
export function writeAll(fd: number, bytes: Uint8Array, write: WriteBytes, pause: () => void = pauseBriefly): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += write(fd, bytes, offset, bytes.length - offset);
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code !== "EAGAIN" && code !== "EINTR") throw error;
      pause();
    }
  }
}

/** Blocks for 2 ms without turning the event loop: short beside a reader's pause, long beside the cost of trying again. */
const pauseBriefly = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
};
