/**
 * What `ctx.random` and `ctx.uuid` of an execution are drawn from.
 *
 * A fork stands on results that were made with the draws of the one it was made of, so it draws the same; what those drew from is kept in
 * its origin, since that one may be gone by then.
 */
import type { ExecutionRecord } from "../model/records.ts";

export const seedOf = ({
  id,
  createdAt,
  origin,
  generation,
}: Pick<ExecutionRecord, "id" | "createdAt" | "origin" | "generation">): string => {
  const [how, , seed] = origin?.split(" ") ?? [];
  const own = how === "fork" && seed !== undefined ? seed : `${id}@${createdAt}`;
  return generation === 0 ? own : `${own}#${generation}`;
};

/** Ids hold no blank. */
export const forkOrigin = (source: ExecutionRecord): string => `fork ${source.id} ${seedOf(source)}`;
