/**
 * Looks at every row that a pass would trust, page by page, so that neither the event loop nor a reader's snapshot is held for long.
 *
 * What callers may rely on: nothing is written, and what is found is told, not thrown.
 */
import { REMOVED } from "./removed.ts";
import type { VerifyPage } from "../engine/store.ts";
import type { DamageView } from "../model/maintenance.ts";
import type { Queries } from "./query.ts";
import { damagedEvents } from "./tables/events.ts";
import { findExecution } from "./tables/executions.ts";
import { stepDamage } from "./tables/steps.ts";

const IDS = `SELECT id FROM executions WHERE id > $after AND removed IS NOT ${REMOVED} ORDER BY id LIMIT $limit`;

export function verifyPage(db: Queries, after: string, limit: number): VerifyPage {
  const ids = db
    .query<{ readonly id: string }>(IDS)
    .all({ after, limit })
    .map(({ id }) => id);
  let steps = 0;
  const damaged: DamageView[] = [];
  for (const id of ids) {
    const found = verifyExecution(db, id);
    steps += found.steps;
    damaged.push(...found.damaged);
  }
  return { executions: ids.length, steps, damaged, next: ids.length < limit ? undefined : ids.at(-1) };
}

export function verifyExecution(db: Queries, id: string): { readonly steps: number; readonly damaged: readonly DamageView[] } {
  const stored = findExecution(db, id);
  if (stored === undefined) return { steps: 0, damaged: [] };
  const atLeast = stored.isDamaged ? 0 : stored.stepCount;
  const { count, problems } = stepDamage(db, id, atLeast);
  const damaged: DamageView[] = [
    ...(stored.isDamaged ? [{ executionId: id, what: "execution", name: null, problem: ROW } as const] : []),
    ...problems.map(({ name, problem }) => ({ executionId: id, what: name === null ? "steps" : "step", name, problem }) as const),
    ...damagedEvents(db, id).map((name) => ({ executionId: id, what: "event", name, problem: ROW }) as const),
  ];
  return { steps: count, damaged };
}

const ROW = "its row does not match its checksum";
