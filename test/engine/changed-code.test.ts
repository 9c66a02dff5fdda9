/**
 * Goal: whatever is changed in the code under an execution that waits, no finished step runs again, and no new one runs on a record that
 * does not fit.
 *
 * Method: a workflow of ten steps, some in a scope, some of one name. Thirty executions of it are parked, one behind each step in each way
 * (a sleep, an event, a retry). Each change of the code takes up all of them two hours later, in a process of its own over a copy of the
 * file. The table says which of them must be blocked; the ledger, which nothing of wf writes, says what has happened to the world.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Store } from "../../src/engine/store.ts";
import { keyOf } from "../../src/replay/identity.ts";
import { wrapped } from "./broken-parts.ts";
import { askedBy, CASES, record, type Recording, tryOut } from "./mutations/judge.ts";
import { MUTATIONS, type Mutation } from "./mutations/table.ts";

let recording: Recording;
beforeAll(async () => {
  recording = await record();
});
afterAll(() => recording.remove());

test("there are executions behind every step and in every way, and enough changes, each of another kind or at another place", () => {
  expect(CASES).toHaveLength(30);
  for (const { id, done } of CASES) expect(recording.before.get(id) ?? []).toHaveLength(done);
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(50);
  expect(new Set(MUTATIONS.map(({ title }) => title)).size).toBe(MUTATIONS.length);
  expect(new Set(MUTATIONS.map(({ nodes }) => JSON.stringify(nodes))).size).toBeGreaterThan(80);
});

describe("code that", () => {
  test.each(MUTATIONS.map((mutation) => [mutation.title, mutation] as const))("%s", async (_, mutation) => {
    const seen = await tryOut(recording, mutation);
    expect(seen.flatMap(({ id, harm }) => harm.map((what) => `${id}: ${what}`))).toEqual([]);
    const blocked = seen.filter(({ verdict }) => verdict === "diverged").map(({ id }) => id);
    expect(blocked).toEqual(CASES.filter(({ done, how }) => mutation.isDiverged(done, how)).map(({ id }) => id));
    for (const { verdict, detail } of seen) if (verdict === "diverged") expect(detail).toContain("recorded: ");
  });
});

describe("the judge", () => {
  const titled = (title: string): Mutation => {
    const found = MUTATIONS.find((mutation) => mutation.title === title);
    if (found === undefined) throw new Error(`there is no change that ${title}`);
    return found;
  };

  /** An engine that compares nothing: from the first difference on it takes what is recorded for what is not. */
  const carefree = async ({ nodes }: Mutation): Promise<(store: Store) => Store> => {
    const asked = await askedBy(nodes);
    return (store) =>
      wrapped(store, {
        history: async (id) => {
          const found = await store.history(id);
          const first = found?.steps.find((step) => !asked.has(keyOf(step)))?.order ?? Number.POSITIVE_INFINITY;
          return found && { ...found, steps: found.steps.filter(({ order }) => (order ?? 0) < first) };
        },
      });
  };

  test.each([
    ["renames step 2", 2],
    ["moves into a scope step 8", 8],
    ["renames the scope", 3],
    ["renames all steps", 1],
    // The step itself is not wanted any more; what came after it is.
    ["removes step 4", 5],
  ])("sees the harm when nothing is compared and the code %s", async (title, first) => {
    const mutation = titled(title);
    const seen = await tryOut(recording, { nodes: mutation.nodes, between: await carefree(mutation) });
    const harmed = seen.filter(({ harm }) => harm.length > 0).map(({ id }) => id);
    expect(harmed).toEqual(CASES.filter(({ done }) => done >= first).map(({ id }) => id));
    expect(harmed.length).toBeGreaterThan(0);
  });
});
