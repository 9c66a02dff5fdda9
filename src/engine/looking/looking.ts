/** The engine half of `LookingClient`. */
import type { HappeningsOptions, HappeningsPage, LookingClient, StatisticsOptions, StatisticsView } from "../../model/clients/looking.ts";
import { fail } from "../../model/errors.ts";
import type { EngineParts } from "../family.ts";
import { happeningsPage } from "./happenings.ts";
import { statisticsOf } from "./statistics.ts";

const LIMIT = 1_000;
const MAX_LIMIT = 10_000;

export class EngineLooking implements LookingClient {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  async happenings({ after = 0, limit = LIMIT }: HappeningsOptions = {}): Promise<HappeningsPage> {
    if (!Number.isSafeInteger(after) || after < 0) throw fail("USAGE", { problem: `A cursor is a whole number from 0, not ${after}` });
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw fail("USAGE", { problem: `limit takes a whole number from 1 to ${MAX_LIMIT}, not ${limit}` });
    await this.#begin();
    return happeningsPage(await this.#parts.store.looking.happenings(after, limit), after);
  }

  async cursor(since?: number): Promise<number> {
    await this.#begin();
    return this.#parts.store.looking.cursor(since);
  }

  endHappenings(): Promise<void> {
    return this.#parts.store.looking.endListening();
  }

  /** Asked each time: another process may have ended it. */
  async #begin(): Promise<void> {
    const { looking } = this.#parts.store;
    if (!(await looking.isListening())) await looking.listen();
  }

  statistics(options: StatisticsOptions = {}): Promise<StatisticsView> {
    return statisticsOf(this.#parts.store.looking, this.#parts.host.clock.now(), options);
  }
}
