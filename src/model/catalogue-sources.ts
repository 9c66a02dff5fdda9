/** The part of the catalogue of errors that is about code which has changed, and code that was kept. */
import { entry } from "./catalogue-entry.ts";
import { shellWord } from "./shell-word.ts";

/** Before a comparison, whose first line goes on in the same sentence. */
export const DIVERGED_LEAD = "The code no longer matches what this execution has done: ";

export const NOTHING_NEW = "No new step has run.";

export const SOURCE_ERRORS = {
  DIVERGED: entry<{ id: string; comparison: string; isBeforeAnythingNew: boolean }>({
    exit: 7,
    http: 409,
    as: "DivergenceError",
    message: ({ id, comparison, isBeforeAnythingNew }) =>
      `${DIVERGED_LEAD}${comparison}\n${isBeforeAnythingNew ? `${NOTHING_NEW} ` : ""}` +
      `Put it back as it was and resume, or finish on the code it began with: wf resume ${shellWord(id)} --code original`,
    hint: "Put the renamed, removed or moved step back where it was, or keep both ways with ctx.patched.",
  }),
  SOURCE_NOT_KEPT: entry<{ id: string }>({
    exit: 4,
    http: 404,
    as: "WfliteError",
    message: ({ id }) => `The code that execution "${id}" began with is not kept`,
    hint:
      "It is a script, or was defined in a program, or began before sources were kept, or its source was pruned. " +
      "Put the old code back into its file.",
  }),
  SOURCE_UNUSABLE: entry<{ hash: string; problem: string }>({
    exit: 7,
    http: 500,
    as: "WfliteError",
    message: ({ hash, problem }) => `The code that was kept as ${hash} cannot be used: ${problem}`,
    hint: "Nothing of it has run. `wf resume <id> --code current` goes on with the code that is there now.",
  }),
} as const;
