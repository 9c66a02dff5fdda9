/**
 * `tick`: one bounded sweep over what is due, then the end.
 *
 * Bounded: it takes only what was due when it began, and each execution once. Safe to overlap with any number of others: a claim is atomic.
 */
import type { TickOptions } from "../model/client.ts";
import type { TickView } from "../model/views.ts";
import { toIsoOfStored as toIso } from "../model/instant.ts";
import type { Carries } from "./carries.ts";
import type { Clock } from "./host.ts";
import type { Tidier } from "./retention/tidy.ts";
import type { Left } from "./carry-settings.ts";
import type { SlotStarter } from "./families.ts";
import type { MissingRetry } from "./sources/missing.ts";
import type { Claimed, Store } from "./store.ts";
import type { Worker } from "./worker.ts";

const DEFAULT_CONCURRENCY = 100;

export interface SweepParts {
  readonly store: Store;
  readonly worker: Worker;
  readonly carries: Carries;
  readonly clock: Clock;
  readonly tidier: Tidier;
  /** Aborted when the engine closes: nothing more is claimed. */
  readonly closing: AbortSignal;
  readonly slots: SlotStarter;
  readonly missing: MissingRetry;
}

interface Outcome {
  readonly id: string;
  readonly workflow: string;
  readonly status: TickView["executions"][number]["status"];
}

export const sweep = async (parts: SweepParts, options: TickOptions): Promise<TickView> => {
  const { store, worker, carries, clock, tidier, closing } = parts;
  await store.recordTick(clock.now());
  // Before it is decided what is due: the execution of a slot that has come belongs to this sweep.
  if (options.signal?.aborted !== true) await parts.slots.start();
  await parts.missing.once();
  const dueAt = clock.now();
  const concurrency = Math.max(1, options.concurrency ?? DEFAULT_CONCURRENCY);
  const maxExecutions = options.maxExecutions ?? Number.POSITIVE_INFINITY;
  const endsAt = clock.monotonic() + (options.maxTimeMs ?? Number.POSITIVE_INFINITY);
  const taken = new Set<string>();
  const outcomes: Outcome[] = [];
  const running = new Set<Promise<void>>();
  const keep = (id: string, left: Promise<Left>): void => {
    taken.add(id);
    const done: Promise<void> = left.then((how) => {
      outcomes.push(outcomeOf(how));
      running.delete(done);
    });
    running.add(done);
  };
  const onAdopted = (child: Claimed, left: Promise<Left>): void => keep(child.execution.id, left);
  const carry = { ...options, holdMs: options.holdMs ?? 0, onAdopted };
  let more = true;
  while (more || running.size > 0) {
    more &&= taken.size < maxExecutions && clock.monotonic() < endsAt && options.signal?.aborted !== true && !closing.aborted;
    if (more && running.size < concurrency) {
      const limit = Math.min(concurrency - running.size, maxExecutions - taken.size);
      await worker.register();
      const { claimed, blocked } = await store.claimDue({
        worker: worker.record,
        now: clock.now(),
        dueAt,
        limit,
        except: taken,
        suspects: carries.suspects.hasRoom,
      });
      more = claimed.length + blocked.length > 0;
      for (const { id, workflow } of blocked) {
        taken.add(id);
        outcomes.push({ id, workflow, status: "blocked" });
      }
      for (const one of claimed) keep(one.execution.id, carries.run(one, carry));
      if (more) continue;
    }
    if (running.size === 0) continue;
    await Promise.race([...running, roomForSuspect(carries)]);
    more = true; // there may be room now for what there was none for
  }
  if (options.signal?.aborted !== true) await tidier.once();
  return report(outcomes, await store.nextWakeAt());
};

/** Never settles where there is room already. */
const roomForSuspect = ({ suspects }: Carries): Promise<void> =>
  new Promise((resolve) => {
    if (suspects.hasRoom) return;
    const cancel = suspects.onRoom(() => {
      cancel();
      resolve();
    });
  });

const outcomeOf = ({ id, workflow, status }: Left): Outcome => ({ id, workflow, status });

const report = (outcomes: readonly Outcome[], nextWakeAt: number | null): TickView => {
  const count = (...statuses: readonly string[]): number => outcomes.filter(({ status }) => statuses.includes(status)).length;
  return {
    claimed: outcomes.length,
    completed: count("completed"),
    failed: count("failed"),
    parked: count("pending", "sleeping", "waiting", "paused"),
    blocked: count("blocked"),
    cancelled: count("cancelled"),
    nextWakeAt: nextWakeAt === null ? null : toIso(nextWakeAt),
    executions: outcomes,
  };
};
