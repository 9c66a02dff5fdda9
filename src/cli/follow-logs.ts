/** Reading the log of an execution, page by page, and going on as it grows. */
import type { Client } from "../model/client.ts";
import { isTerminal } from "../model/status.ts";
import type { LogView } from "../model/views.ts";
import type { CommandContext } from "./command.ts";
import { pause } from "./pause.ts";

const PAGE_SIZE = 1_000;
const LOOK_AGAIN_MS = 250;

/** All entries after a cursor, oldest first. */
export async function* readLogs(client: Pick<Client, "logs">, id: string, after = 0): AsyncGenerator<LogView> {
  let cursor = after;
  for (;;) {
    const page = await client.logs(id, { after: cursor, limit: PAGE_SIZE });
    yield* page;
    const last = page.at(-1)?.cursor ?? cursor;
    // A cursor that stands still would go round for ever.
    if (page.length < PAGE_SIZE || last <= cursor) return;
    cursor = last;
  }
}

/** All entries after a cursor and those that come, until the execution is over or the signal comes. */
export async function* followLogs(
  client: Pick<Client, "logs" | "getStatus">,
  id: string,
  context: Pick<CommandContext, "after" | "signal">,
  after = 0,
): AsyncGenerator<LogView> {
  let cursor = after;
  for (;;) {
    // Asked before reading, so that what was logged last is read too.
    const isOver = isTerminal((await client.getStatus(id)).status);
    for await (const entry of readLogs(client, id, cursor)) {
      cursor = entry.cursor;
      yield entry;
    }
    if (isOver || !(await pause(context, LOOK_AGAIN_MS))) return;
  }
}
