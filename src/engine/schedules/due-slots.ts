/**
 * Starts the slots that have come: in every sweep of a tick, and in every round of a daemon.
 *
 * What callers may rely on:
 *   1. A slot whose workflow cannot be loaded or started waits, with the problem shown; it is started later, as `catchUp` says.
 *   2. One schedule that cannot be started keeps no other from starting.
 */
import type { WorkflowDefinition } from "../../model/definition.ts";
import { isPanicError } from "../../model/panic.ts";
import { planSlots } from "../../model/schedule/plan.ts";
import type { ScheduleRecord } from "../../model/schedule/record.ts";
import { slotAfter, type Timing } from "../../model/schedule/slots.ts";
import type { EngineParts } from "../family.ts";
import type { SlotExecution, SlotOrder, SlotsStarted } from "../store/schedules.ts";
import { asError, codeOf } from "../values.ts";
import { withProblem } from "./register.ts";
import { Registration } from "./registration.ts";
import { slotExecution } from "./slot-executions.ts";
import { timingOf } from "./timing.ts";

/** How often it tries one again that could not be started. */
const RETRY_MS = 5_000;

export class DueSlots {
  readonly #parts: EngineParts;
  readonly #registration: Registration;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  /** By the monotonic clock. */
  readonly #notBefore = new Map<string, number>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#registration = new Registration(parts);
  }

  async start({ refreshMs = 0 }: { readonly refreshMs?: number } = {}): Promise<void> {
    const { store, host } = this.#parts;
    const at = host.clock.monotonic();
    if (at - this.#refreshedAt >= refreshMs) {
      if (this.#refreshedAt === Number.NEGATIVE_INFINITY) await store.schedules.admit(host.clock.now());
      this.#refreshedAt = at;
      await this.#registration.refresh();
    }
    const due = await store.schedules.due(host.clock.now());
    const known = await Promise.all(due.map((row) => this.#startOrNote(row)));
    if (known.every((isKnown) => isKnown)) return;
    // The file says something else by now, without having changed: what it says depends on something outside.
    await this.#registration.refresh({ force: true });
    for (const row of await store.schedules.due(host.clock.now())) await this.#startOrNote(row);
  }

  /** False where the row is not what the file says. */
  async #startOrNote(row: ScheduleRecord): Promise<boolean> {
    if (row.problem !== null && (this.#notBefore.get(row.name) ?? Number.NEGATIVE_INFINITY) > this.#parts.host.clock.monotonic())
      return true;
    try {
      const loaded = await this.#parts.definitions.load(row.workflow);
      if (!("missing" in loaded) && !isOf(row, loaded.definition)) return false;
      if ("missing" in loaded) await this.#note(row, loaded.missing);
      else await this.#startOne(row, loaded.definition);
    } catch (error) {
      if (codeOf(error) === "BUSY" || codeOf(error) === "CLOSED" || isPanicError(error)) throw error;
      await this.#note(row, asError(error).message);
    }
    return true;
  }

  async #startOne(row: ScheduleRecord, definition: WorkflowDefinition): Promise<void> {
    const { store, carries } = this.#parts;
    const order = await this.#order(row, definition);
    const started = await store.schedules.start(order);
    if (started === undefined) return;
    const request = { at: order.now, reason: cancelReason(started) };
    for (const id of started.cancelling) carries.cancel(id, request, async () => {}).catch(() => {});
  }

  async #order(row: ScheduleRecord, definition: WorkflowDefinition): Promise<SlotOrder> {
    const facts = this.#parts.startFacts();
    const { now } = facts;
    const timing = timingOf(row);
    const base = { schedule: row.name, overlap: row.overlap, now };
    if (row.nextAt === null || row.nextAt > now) return { ...base, advance: backInTime(row, timing, now), executions: [] };
    const { catchUp, windowMs } = row;
    const plan = planSlots({ policy: { timing, catchUp, windowMs }, nextAt: row.nextAt, now });
    const { schedule: policy } = definition;
    const executions: SlotExecution[] = [];
    if (policy !== null)
      for (const slot of plan.slots) executions.push(await slotExecution({ definition, policy }, { slot, origin: "schedule" }, facts));
    return { ...base, advance: { from: row, nextAt: plan.nextAt, lastSlotAt: plan.lastAt, missed: plan.missed }, executions };
  }

  async #note(row: ScheduleRecord, problem: string): Promise<void> {
    const { store, host } = this.#parts;
    this.#notBefore.set(row.name, host.clock.monotonic() + RETRY_MS);
    if (row.problem === problem) return;
    const now = host.clock.now();
    await store.schedules.change((rows) => ({
      put: rows.filter(({ name }) => name === row.name).map((current) => withProblem(current, problem, now)),
    }));
  }
}

const isOf = (row: ScheduleRecord, { schedule }: WorkflowDefinition): boolean =>
  schedule !== null && schedule.cron === row.cron && (schedule.timezone ?? row.timezone) === row.timezone;

/** The clock was far ahead when it ran last. What it started then keeps its slots, so none of them is started twice. */
const backInTime = (row: ScheduleRecord, timing: Timing, now: number): NonNullable<SlotOrder["advance"]> => ({
  from: row,
  nextAt: slotAfter(timing, now) ?? null,
  lastSlotAt: null,
  missed: 0,
});

const cancelReason = ({ created }: SlotsStarted): string | null => {
  const schedule = created[0]?.schedule;
  return schedule === undefined || schedule === null ? null : `the next slot of schedule "${schedule}" has come`;
};
