/** The engine half of `ScheduleClient`. */
import type { BackfillView, PreviewView, ScheduleClient, ScheduleView } from "../../model/clients/schedules.ts";
import { fail } from "../../model/errors.ts";
import { toIsoOfStored as toIso } from "../../model/instant.ts";
import { MAX_SLOTS } from "../../model/schedule/plan.ts";
import type { DecisionRecord } from "../../model/records.ts";
import type { ScheduleRecord } from "../../model/schedule/record.ts";
import { slotAfter, slotsBetween } from "../../model/schedule/slots.ts";
import { suggest } from "../../model/suggest.ts";
import type { ExecutionView } from "../../model/views.ts";
import type { EngineParts } from "../family.ts";
import { executionView } from "../reading.ts";
import { Registration } from "./registration.ts";
import { localTime, scheduleView, slotView } from "./schedule-views.ts";
import { type Scheduled, slotExecution, slotId } from "./slot-executions.ts";
import { timingOf } from "./timing.ts";

const DEFAULT_COUNT = 10;

export class EngineSchedules implements ScheduleClient {
  readonly #parts: EngineParts;
  readonly #registration: Registration;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#registration = new Registration(parts);
  }

  async list(): Promise<readonly ScheduleView[]> {
    const { store } = this.#parts;
    await this.#registration.refresh();
    const [rows, unfinished] = [await store.schedules.all(), await store.schedules.unfinished()];
    return rows.map((row) => scheduleView(row, unfinished.get(row.name) ?? 0));
  }

  async pause(workflow: string, { reason }: { readonly reason?: string } = {}): Promise<ScheduleView> {
    const { host } = this.#parts;
    const [now, by] = [host.clock.now(), host.actor()];
    return this.#change(workflow, (row) =>
      // Who paused it first is who is to be asked.
      row.pausedAt !== null ? row : { ...row, pausedAt: now, pausedBy: by, pausedReason: reason ?? null },
    );
  }

  async resume(workflow: string): Promise<ScheduleView> {
    const { host } = this.#parts;
    const [now, by] = [host.clock.now(), host.actor()];
    return this.#change(workflow, (row) => {
      if (row.pausedAt === null) return row;
      const nextAt = row.nextAt === null || row.nextAt > now ? row.nextAt : (slotAfter(timingOf(row), now) ?? null);
      return { ...row, nextAt, pausedAt: null, pausedBy: null, pausedReason: null, resumedAt: now, resumedBy: by };
    });
  }

  async trigger(workflow: string, { reason }: { readonly reason?: string } = {}): Promise<ExecutionView> {
    const { store } = this.#parts;
    const facts = this.#parts.startFacts();
    const scheduled = await this.#scheduled(workflow);
    const execution = await slotExecution(scheduled, { slot: null, origin: "trigger" }, facts);
    const decision = this.#decision("trigger", facts.now, { detail: null, reason });
    const order = { schedule: workflow, overlap: "allow", executions: [{ ...execution, decision }], now: facts.now } as const;
    const started = await store.schedules.start(order);
    const created = started?.created[0];
    if (created === undefined) throw fail("SCHEDULE_NOT_FOUND", { name: workflow, isWorkflow: false, suggestion: undefined });
    return executionView(created);
  }

  async preview(workflow: string, options: { readonly count?: number; readonly from?: number } = {}): Promise<PreviewView> {
    const { cron, timezone, ...row } = await this.#row(workflow);
    const timing = timingOf({ cron, timezone });
    const after = options.from === undefined ? this.#parts.host.clock.now() : options.from - 1;
    const limit = Math.min(MAX_SLOTS, Math.max(1, options.count ?? DEFAULT_COUNT));
    const slots = slotsBetween(timing, { after, upTo: Number.POSITIVE_INFINITY, limit });
    return { workflow: row.workflow, cron, timezone, slots: slots.map((slot) => slotView(timing, slot)) };
  }

  async backfill(workflow: string, { from, to, dryRun = false, reason }: Parameters<ScheduleClient["backfill"]>[1]): Promise<BackfillView> {
    const { store } = this.#parts;
    const row = await this.#row(workflow);
    const timing = timingOf(row);
    const facts = this.#parts.startFacts();
    const slots = slotsBetween(timing, { after: from - 1, upTo: Math.min(to, facts.now), limit: MAX_SLOTS + 1 });
    checkWindow(row, slots, { from, to, now: facts.now });
    const scheduled = await this.#scheduled(workflow);
    const executions = [];
    for (const slot of slots) {
      const decision = this.#decision("backfill", facts.now, { detail: `of slot ${toIso(slot)}`, reason });
      executions.push({ ...(await slotExecution(scheduled, { slot, origin: "backfill" }, facts)), decision });
    }
    const taken = new Map((await store.schedules.ofSlots(row.name, slots)).map(({ slot, id }) => [slot, id]));
    const overlap = row.overlap === "allow" ? "allow" : "queue";
    const started = dryRun ? undefined : await store.schedules.start({ schedule: row.name, overlap, executions, now: facts.now });
    const created = new Map(started?.created.map(({ id, scheduledFor }) => [scheduledFor, id]));
    const shown = slots.map((slot) => ({
      at: toIso(slot),
      local: localTime(timing, slot),
      id: created.get(slot) ?? taken.get(slot) ?? slotId(row.workflow, slot),
      disposition: taken.has(slot) ? ("existing" as const) : ("created" as const),
    }));
    return { workflow: row.workflow, dryRun, slots: shown };
  }

  #decision(action: string, at: number, { detail, reason }: { readonly detail: string | null; readonly reason: string | undefined }) {
    return { at, by: this.#parts.host.actor(), action, detail, reason: reason ?? null } satisfies DecisionRecord;
  }

  async #change(workflow: string, change: (row: ScheduleRecord) => ScheduleRecord): Promise<ScheduleView> {
    const { store } = this.#parts;
    await this.#row(workflow);
    await store.schedules.change((rows) => ({ put: rows.filter(({ name }) => name === workflow).map(change) }));
    const unfinished = await store.schedules.unfinished();
    return scheduleView(await this.#row(workflow), unfinished.get(workflow) ?? 0);
  }

  /** @throws SCHEDULE_NOT_FOUND */
  async #row(workflow: string): Promise<ScheduleRecord> {
    const { store, definitions } = this.#parts;
    await this.#registration.refresh();
    const row = await store.schedules.find(workflow);
    if (row !== undefined) return row;
    const { found } = await definitions.all();
    const names = (await store.schedules.all()).map(({ name }) => name);
    const isWorkflow = found.some(({ definition }) => definition.name === workflow);
    throw fail("SCHEDULE_NOT_FOUND", { name: workflow.slice(0, 200), isWorkflow, suggestion: suggest(workflow, names) });
  }

  /** Its code, for what is to be started. @throws WORKFLOW_BROKEN, WORKFLOW_NOT_FOUND */
  async #scheduled(workflow: string): Promise<Scheduled> {
    await this.#row(workflow);
    const definition = await this.#parts.definitionOf(workflow);
    if (definition.schedule === null) throw fail("SCHEDULE_NOT_FOUND", { name: workflow, isWorkflow: true, suggestion: undefined });
    return { definition, policy: definition.schedule };
  }
}

const checkWindow = (
  { workflow, cron, timezone }: ScheduleRecord,
  slots: readonly number[],
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): void => {
  if (slots.length > 0 && slots.length <= MAX_SLOTS) return;
  const window = `from ${toIso(from)} to ${toIso(to)}`;
  if (slots.length > MAX_SLOTS) throw fail("SCHEDULE_WINDOW", { problem: `"${workflow}" has more than ${MAX_SLOTS} slots ${window}` });
  const why = from > to ? ": that is backwards" : from > now ? ": only slots that have come can be made up for" : ` (${cron} ${timezone})`;
  throw fail("SCHEDULE_WINDOW", { problem: `"${workflow}" has no slot ${window}${why}` });
};
