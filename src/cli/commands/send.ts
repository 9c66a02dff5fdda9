/** `wf send`: an event to an execution, kept until a wait takes it. */
import type { Client } from "../../model/client.ts";
import { isTerminal } from "../../model/status.ts";
import type { Command, CommandContext } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { heldNote } from "../held.ts";
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
    const { isAwaited, held } = await before(client, executionId, event);
    const given = textOption(options, "id");
    let id = given ?? null;
    const disposition = await client.sendEvent(executionId, event, payload, {
      onId: (made) => void (id = made),
      ...(given === undefined ? {} : { id: given }),
      ...(options["sensitive"] === true ? { sensitive: true } : {}),
    });
    const document = { executionId, event, id, disposition };
    context.out.result(
      document,
      () => `${line(executionId)} ${line(event)} ${disposition}${given === undefined && id !== null ? `, with id ${line(id)}` : ""}`,
      () => [executionId],
    );
    note(context.out, { event, isNew: disposition === "created", isAwaited, held });
    return EXIT.ok;
  },
};

interface Before {
  /** Undefined where it makes no difference. */
  readonly isAwaited: boolean | undefined;
  /** Why it does not go on by itself. */
  readonly held: string | undefined;
}

/** Asked before sending: afterwards the wait may be over. */
const before = async (client: Client, id: string, event: string): Promise<Before> => {
  const { execution, steps } = await client.history(id);
  if (isTerminal(execution.status)) return { isAwaited: undefined, held: undefined };
  const isAwaited = steps.some(({ kind, name, status }) => kind === "event" && name === event && status === "waiting");
  return { isAwaited, held: heldNote(execution) };
};

interface Sent extends Before {
  readonly event: string;
  readonly isNew: boolean;
}

const note = (out: CommandContext["out"], { event, isNew, isAwaited, held }: Sent): void => {
  if (!isNew) return out.note("an event with this id was sent before; nothing changed");
  if (held !== undefined) return out.note(held);
  if (isAwaited === true) return out.note("due now: the process that has it, a daemon or `wf tick` takes it up");
  if (isAwaited === false) out.note(`it does not wait for "${line(event)}" yet; the event is kept until it does`);
};
