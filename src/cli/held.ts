/** What is sent to an execution that stands still until a person acts is kept, and moves nothing on: who sent it should know. */
import { shellWord } from "../model/shell-word.ts";
import type { ExecutionView } from "../model/views.ts";

/** Undefined for one that goes on by itself. */
export const heldNote = ({ id, status }: Pick<ExecutionView, "id" | "status">): string | undefined => {
  if (status === "paused") return `kept: it is paused, and takes it once it goes on: \`wf resume ${shellWord(id)}\``;
  if (status === "blocked") return `kept: it is blocked, and takes it once it goes on: \`wf why ${shellWord(id)}\` says what it needs`;
  return undefined;
};
