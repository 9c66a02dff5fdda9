/** What `approve` and `reject` have in common: an answer to an approval. */
import { readHow, REASON_OPTION } from "./acting.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { heldNote } from "./held.ts";
import { textOption } from "./option-values.ts";
import { resolveOne } from "./references.ts";
import { line } from "./render/safe.ts";

type Words = Pick<Command, "usage" | "summary" | "details" | "examples">;

export const decidingCommand = (words: Words, approved: boolean): Command => ({
  ...words,
  options: {
    "--note <text>": "given to the workflow with the answer",
    ...REASON_OPTION,
    "--dry-run": "check that it can be done, and change nothing",
  },
  async run({ args: [reference = "", name], options }, context) {
    const how = readHow(options);
    const note = textOption(options, "note");
    const client = await context.client();
    const id = await resolveOne(reference, client, context);
    const decision = { approved, ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }) };
    const decided = await client.operations.decide(id, decision, how);
    context.out.result(
      decided,
      () => `${line(decided.executionId)} ${line(decided.name)} ${approved ? "approved" : "rejected"}`,
      () => [decided.executionId],
    );
    if (how.isDry) context.out.note("dry run: nothing was decided");
    else if (decided.isAwaited)
      context.out.note(heldNote(await client.getStatus(id)) ?? "due now: the process that has it, a daemon or `wf tick` takes it up");
    else context.out.note(`it does not ask for "${line(decided.name)}" yet; the answer is kept until it does`);
    return EXIT.ok;
  },
});
