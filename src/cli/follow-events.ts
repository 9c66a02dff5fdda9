/** Reading the stream of all that happens, page by page, and going on as it grows. */
import type { Client } from "../model/client.ts";
import type { HappeningView } from "../model/clients/looking.ts";
import type { CommandContext } from "./command.ts";
import { pause } from "./pause.ts";

const PAGE_SIZE = 1_000;
const LOOK_AGAIN_MS = 250;

export interface FollowEvents {
  /** Only what comes after this cursor. */
  readonly after: number;
  /** Go on until the signal. */
  readonly isFollowing: boolean;
  /** Asked before each reading, so that what happened last is read too; true ends the following. */
  readonly isOver: () => Promise<boolean>;
  /** Told when some between are no longer kept. */
  readonly onLost: (count: number) => void;
}

/** What has happened after a cursor, in the order in which it was committed: none left out, none twice. */
export async function* followEvents(
  { looking }: Pick<Client, "looking">,
  context: Pick<CommandContext, "after" | "signal">,
  { after, isFollowing, isOver, onLost }: FollowEvents,
): AsyncGenerator<HappeningView> {
  let cursor = after;
  for (;;) {
    const isLast = !isFollowing || (await isOver());
    for (;;) {
      const page = await looking.happenings({ after: cursor, limit: PAGE_SIZE });
      if (page.lost > 0) onLost(page.lost);
      yield* page.happenings;
      if (context.signal.aborted) return;
      cursor = page.cursor;
      if (page.happenings.length < PAGE_SIZE) break;
    }
    if (isLast || !(await pause(context, LOOK_AGAIN_MS))) return;
  }
}
