/** What must hold of families when all is over. Everything found wrong is a sentence; none is the only good answer. */
import { isTerminal } from "../../src/model/status.ts";
import type { ExecutionView, StepView } from "../../src/model/views.ts";
import { type Families, type Family, kidOf, nameInRound, nodeOf } from "./family-play.ts";
import { A_CHILDS, DOOM, type KidInput, type Node, outcomeOf, ownNodes } from "./family-tree.ts";
import { pick } from "./play.ts";
import type { World } from "./world.ts";

interface Facts {
  readonly families: Families;
  readonly all: ReadonlyMap<string, ExecutionView>;
  /** Asked for by the play. */
  readonly cancelled: ReadonlySet<string>;
}

export const wrongIn = async (world: World, families: Families, cancelled: ReadonlySet<string>): Promise<readonly string[]> => {
  const { engine } = pick(world.alive, () => 0);
  const executions = await engine.list({ limit: 1_000 }); // newest first
  const facts = { families, cancelled, all: new Map(executions.map((one) => [one.id, one])) };
  const wrong = [...doubles(executions, families), ...bodies(world, facts)];
  for (const one of executions) {
    const { steps } = await engine.history(one.id);
    wrong.push(...[...endOf(one, facts), ...recordOf(steps), ...undoingOf(one, steps, families)].map((what) => `${one.id} ${what}`));
  }
  return wrong;
};

/** Each child is there once for each round of its parent. */
const doubles = (executions: readonly ExecutionView[], families: Families): readonly string[] => {
  const times = new Map<string, number>();
  for (const { parentId, workflow, input } of executions) {
    if (workflow !== "kid" || parentId === null) continue;
    const key = `${parentId} ${(input as KidInput).node}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const rounds = (parentId: string): number => families.get(parentId)?.rounds ?? 1;
  return [...times].filter(([key, n]) => n > rounds(key.split(" ")[0] ?? "")).map(([key, n]) => `child ${key} is there ${n} times`);
};

/** How often the functions of steps have begun. */
const bodies = ({ begun, losses }: World, { families, all }: Facts): readonly string[] =>
  [...begun].flatMap(([key, times]) => {
    const [id = "", named = ""] = key.split("/");
    const one = all.get(id);
    const step = one && ownNodes(nodeOf(families, one)).find(({ name }) => [0, 1].some((round) => nameInRound(name, round) === named));
    const most = step?.do === "step" && step.isOnce && !step.canVerify ? 1 : 1 + losses;
    return times > most ? [`${key} has begun ${times} times, ${most} may be`] : [];
  });

const endOf = (one: ExecutionView, { families, all, cancelled }: Facts): readonly string[] => {
  const { id, status, reason, reasonDetail, wakeAt, error, output, parentId, workflow, input } = one;
  if (!isTerminal(status)) return [`is ${status} (${[reason, reasonDetail, wakeAt].join(", ")})`];
  const kid = workflow === "kid" ? kidOf(families, input as KidInput) : undefined;
  const parent = kid === undefined || kid.how === "detached" ? undefined : all.get(parentId ?? "");
  if (status === "cancelled") {
    // With its parent; or the wait for it lost a race, or its parent started over.
    return cancelled.has(id) || parent !== undefined ? [] : ["is cancelled, and nobody has asked for it"];
  }
  if (parent !== undefined && parent.status !== "completed" && isLongAfter(one, parent)) return ["went on long after its parent had ended"];
  const isDoomed = kid?.isDoomed ?? (families.get(workflow) as Family).isDoomed;
  if (status === "failed") return isDoomed && error?.message === DOOM ? [] : [`failed: ${error?.message}`];
  if (isDoomed) return ["is completed, although it is doomed"];
  // That of the last round is the newest.
  const lost = (child: string): boolean =>
    [...all.values()].find((other) => other.parentId === id && (other.input as KidInput).node === child)?.status === "cancelled";
  const expected = outcomeOf(nodeOf(families, one), lost);
  return isSame(output, expected) ? [] : [`gave ${JSON.stringify(output)}, not ${JSON.stringify(expected)}`];
};

/** Marked as cancelled, a child that runs is told within seconds; simulated time goes on in hours at most. */
const isLongAfter = (child: ExecutionView, parent: ExecutionView): boolean =>
  Date.parse(child.finishedAt ?? "") - Date.parse(parent.finishedAt ?? "") > 2 * 3_600_000;

const isSame = (output: unknown, expected: unknown): boolean =>
  expected === A_CHILDS ||
  (Array.isArray(expected)
    ? Array.isArray(output) && output.length === expected.length && expected.every((one, at) => isSame(output[at], one))
    : output === expected);

/** One place for each completion, and nothing left open. */
const recordOf = (steps: readonly StepView[]): readonly string[] => {
  const orders = steps.flatMap(({ order }) => order ?? []);
  const open = steps.filter(({ status }) => status === "running" || status === "waiting" || status === "sleeping" || status === "retrying");
  return [
    ...(new Set(orders).size === orders.length ? [] : [`has two completions at one place: ${orders.join(" ")}`]),
    ...open.map(({ name, status }) => `is over, and ${name} is ${status}`),
  ];
};

/** What failed or was cancelled has undone what it had completed, the last one first; what completed has not. */
const undoingOf = (one: ExecutionView, steps: readonly StepView[], families: Families): readonly string[] => {
  const undoable = new Set(
    ownNodes(nodeOf(families, one)).flatMap((node: Node) => (node.do === "step" && node.isUndoable ? [node.name] : [])),
  );
  const namesOf = (kind: StepView["kind"]): string[] =>
    steps
      .filter((step) => step.kind === kind && step.status === "completed" && undoable.has(step.name))
      .toSorted((a, b) => (a.order ?? Number.MAX_VALUE) - (b.order ?? Number.MAX_VALUE))
      .map(({ name }) => name);
  const expected = one.status === "completed" ? "" : namesOf("step").reverse().join(" ");
  const found = namesOf("compensation").join(" ");
  return found === expected ? [] : [`has undone [${found}], not [${expected}]`];
};
