/** The SQLite half of `ScheduleStore`. */
import type { ScheduleChange, ScheduleStore, SlotOrder, SlotsStarted } from "../engine/store/schedules.ts";
import type { ScheduleRecord } from "../model/schedule/record.ts";
import { admitNext } from "./admit.ts";
import type { FamilyParts } from "./family.ts";
import { startSlots } from "./start-slots.ts";
import { findExecution } from "./tables/executions.ts";
import { getMeta, setMeta } from "./tables/meta.ts";
import { deleteSchedule, dueSchedules, findSchedule, listSchedules, saveSchedule } from "./tables/schedules.ts";
import { executionOfSlot, schedulesWithBehind, unfinishedCounts } from "./tables/slots.ts";

export class SqliteSchedules implements ScheduleStore {
  readonly #parts: FamilyParts;

  constructor(parts: FamilyParts) {
    this.#parts = parts;
  }

  all(): Promise<readonly ScheduleRecord[]> {
    return this.#parts.read(() => listSchedules(this.#parts.db));
  }

  find(name: string): Promise<ScheduleRecord | undefined> {
    return this.#parts.read(() => findSchedule(this.#parts.db, name));
  }

  due(now: number): Promise<readonly ScheduleRecord[]> {
    return this.#parts.read(() => dueSchedules(this.#parts.db, now));
  }

  change(decide: (schedules: readonly ScheduleRecord[]) => ScheduleChange): Promise<void> {
    const { db } = this.#parts;
    return this.#parts.change(undefined, () => {
      const { put = [], forget = [], filesMark } = decide(listSchedules(db));
      for (const record of put) saveSchedule(db, record);
      for (const name of forget) deleteSchedule(db, name);
      if (filesMark !== undefined) setMeta(db, "workflow_files", filesMark);
    });
  }

  filesMark(): Promise<string | undefined> {
    return this.#parts.read(() => getMeta(this.#parts.db, "workflow_files"));
  }

  /** The codec is for those that are cancelled; it is loaded by whatever makes executions anyway. */
  async start(order: SlotOrder): Promise<SlotsStarted | undefined> {
    const { db, host, tellOwners } = this.#parts;
    const { encodeError } = await import("../model/codec/error.ts");
    const areThere = (started: SlotsStarted | undefined): boolean | undefined =>
      started === undefined || started.created.length === 0
        ? undefined
        : started.created.every(({ id, createdAt }) => findExecution(db, id)?.record.createdAt === createdAt);
    return this.#parts.change(
      undefined,
      (fences) => startSlots({ db, host: { ...cancelHost(host), encodeError, tellOwners }, fences }, order),
      areThere,
    );
  }

  ofSlots(schedule: string, slots: readonly number[]): Promise<readonly { readonly slot: number; readonly id: string }[]> {
    const { db, read } = this.#parts;
    return read(() =>
      slots.flatMap((slot) => {
        const id = executionOfSlot(db, schedule, slot);
        return id === undefined ? [] : [{ slot, id }];
      }),
    );
  }

  unfinished(): Promise<ReadonlyMap<string, number>> {
    return this.#parts.read(() => unfinishedCounts(this.#parts.db));
  }

  async admit(now: number): Promise<void> {
    const { db } = this.#parts;
    const waiting = await this.#parts.read(() => schedulesWithBehind(db));
    if (waiting.length === 0) return;
    await this.#parts.change(undefined, () => {
      for (const schedule of waiting) admitNext(db, schedule, now);
    });
  }
}

const cancelHost = (host: FamilyParts["host"]) => ({
  now: () => host.now(),
  boot: () => host.boot(),
  self: host.self,
  liveness: (identity: typeof host.self) => host.liveness(identity),
});
