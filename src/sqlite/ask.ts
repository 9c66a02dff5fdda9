/** Asks a thread for rows; see `query-worker.ts`. */
import { fail } from "../model/errors.ts";
import { executable, fromNowhere } from "../model/executable.ts";
import type { RowsView } from "../model/maintenance.ts";
import type { Answer, Ready } from "./query-worker.ts";
import type { RowsQuestion } from "./read-rows.ts";
import { unusable } from "./unusable.ts";

/** Aborting gives `undefined`, at once; the thread may go on until the process ends. */
export async function askForRows(question: RowsQuestion, signal?: AbortSignal): Promise<RowsView | undefined> {
  if (signal?.aborted === true) return undefined;
  const worker = new Worker(threadModule());
  const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
  const stop = (): void => resolve(undefined);
  worker.addEventListener("message", ({ data }: MessageEvent<Answer | Ready>) =>
    data === "ready" ? worker.postMessage(question) : resolve(data),
  );
  worker.addEventListener("error", ({ message }) => reject(new Error(message)));
  worker.addEventListener("close", () => reject(new Error("the thread that reads has ended without an answer")));
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await promise;
    return answer === undefined ? undefined : rowsOf(question.file, answer);
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}

/** The executable has the module in itself. Elsewhere its path would be looked up in the tsconfig.json of the current directory. */
function threadModule(): string {
  if (executable() !== undefined) return Bun.main;
  const file = Bun.fileURLToPath(new URL("./query-worker.ts", import.meta.url));
  return URL.createObjectURL(new Blob([`await import(${JSON.stringify(fromNowhere(file, process.cwd()))});`]));
}

function rowsOf(file: string, answer: Answer): RowsView {
  if ("rows" in answer) return answer.rows;
  if ("refused" in answer) throw fail("USAGE", answer.refused);
  if ("unusable" in answer) throw unusable(file, answer.unusable);
  throw new Error(answer.failed);
}
