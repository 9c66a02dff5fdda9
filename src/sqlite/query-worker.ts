/** A thread that answers one question and is no more: a query that takes for ever holds up nobody, and Ctrl-C still ends the process. */
import { type Rows, type RowsQuestion, readRows } from "./read-rows.ts";

declare const self: Worker;

/** Said first: what is sent before is lost. */
export type Ready = "ready";

export type Answer = Rows | { readonly failed: string };

self.onmessage = ({ data }: MessageEvent<RowsQuestion>) => postMessage(answerTo(data));
postMessage("ready" satisfies Ready);

/** An error of its own class would not come through whole. */
function answerTo(question: RowsQuestion): Answer {
  try {
    return readRows(question);
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
