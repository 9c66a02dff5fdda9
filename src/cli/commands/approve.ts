/** `wf approve`: says yes to an approval. */
import { decidingCommand } from "../deciding.ts";

export const approve = decidingCommand(
  {
    usage: "approve <id> [name]",
    summary: "say yes to an approval",
    details:
      "The name may be left out where exactly one is waited for. Who said it goes to the workflow as `by`: user@host, or WF_ACTOR.\n" +
      "An answer that nothing asks for yet is kept; one that is given cannot be given again.",
    examples: ["wf approve @last", 'wf approve release-7f3k9q2m4d production --note "after lunch"'],
  },
  true,
);
