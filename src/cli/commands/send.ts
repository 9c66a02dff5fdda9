/** `wf send`: an event to an execution, kept until a wait takes it. */
import type { Client } from "../../model/client.ts";
import { isTerminal } from "../../model/status.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { textOption, usage } from "../option-values.ts";
import { readPayload } from "../payload.ts";
import { resolveOne } from "../references.ts";
import { line } from "../render/safe.ts";

export const send: Command = {
  usage: "send <id> <event> [json]",
  summary: "send an event to an execution",
  details:
    "The payload is JSON: as it is, @file, or - for standard input; without it there is none.\n" +
    "An event that nothing waits for yet is kept until something does.",
  options: {
    "--id <event-id>": "the event's own id: sending it again changes nothing",
    "--sensitive": "the payload is stored encrypted, and shown to nobody",
  },
  examples: [
    `wf send signup-7f3k9q2m4d survey '{"stars": 5}'`,
    "wf send @last survey @answer.json",
    "wf send signup-7f3k9q2m4d paid --id invoice-1041",
  ],
  async run({ args: [reference = "", event = "", json], options }, context) {
    if (reference === "-" && json === "-") throw usage("Standard input cannot hold both the id and the payload");
    const payload = json === undefined ? undefined : await readPayload(json, "the payload", context);
    const client = await context.client();
    const executionId = await resolveOne(reference, client, context);
    const isAwaited = await waitsFor(client, executionId, event);
    const id = textOption(options, "id");
    const disposition = await client.sendEvent(executionId, event, payload, {
      ...(id === undefined ? {} : { id }),
      ...(options["sensitive"] === true ? { sensitive: true } : {}),
    });
    const document = { executionId, event, id: id ?? null, disposition };
    context.out.result(
      document,
      () => `${line(executionId)} ${line(event)} ${disposition}`,
      () => [executionId],
    );
    note(context.out, { event, isNew: disposition === "created", isAwaited });
    return EXIT.ok;
  },
};

/** Asked before sending: afterwards the wait may be over. Undefined where it makes no difference. */
const waitsFor = async (client: Client, id: string, event: string): Promise<boolean | undefined> => {
  const { execution, steps } = await client.history(id);
  if (isTerminal(execution.status)) return undefined;
  return steps.some(({ kind, name, status }) => kind === "event" && name === event && status === "waiting");
};

interface Sent {
  readonly event: string;
  readonly isNew: boolean;
  readonly isAwaited: boolean | undefined;
}

const note = (out: CommandContext["out"], { event, isNew, isAwaited }: Sent): void => {
  if (!isNew) return out.note("an event with this id was sent before; nothing changed");
  if (isAwaited === true) return out.note("due now: the process that has it, a daemon or `wf tick` takes it up");
  if (isAwaited === false) out.note(`it does not wait for "${line(event)}" yet; the event is kept until it does`);
};
