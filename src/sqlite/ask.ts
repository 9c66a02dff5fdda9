/** Asks a thread for rows; see `query-worker.ts`. */
import { fail } from "../model/errors.ts";
import { executable } from "../model/executable.ts";
import type { RowsView } from "../model/maintenance.ts";
import type { Answer } from "./query-worker.ts";
import type { RowsQuestion } from "./read-rows.ts";
import { unusable } from "./unusable.ts";

/** Aborting gives `undefined`, at once; the thread may go on until the process ends. */
export async function askForRows(question: RowsQuestion, signal?: AbortSignal): Promise<RowsView | undefined> {
  if (signal?.aborted === true) return undefined;
  // The executable has the module of the thread in itself.
  const worker = new Worker(executable() === undefined ? new URL("./query-worker.ts", import.meta.url).href : Bun.main);
  const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
  const stop = (): void => resolve(undefined);
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => resolve(data));
  worker.addEventListener("error", ({ message }) => reject(new Error(message)));
  signal?.addEventListener("abort", stop, { once: true });
  try {
    worker.postMessage(question);
    const answer = await promise;
    return answer === undefined ? undefined : rowsOf(question.file, answer);
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}

function rowsOf(file: string, answer: Answer): RowsView {
  if ("rows" in answer) return answer.rows;
  if ("refused" in answer) throw fail("USAGE", answer.refused);
  if ("unusable" in answer) throw unusable(file, answer.unusable);
  throw new Error(answer.failed);
}
