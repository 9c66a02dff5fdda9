/**
 * Changes of the route, and for each from which place on an execution must be found to have diverged: one that has finished so many steps,
 * or more. Before that place the change lies ahead of it, and it goes on.
 */
import { changed, type GateNode, type How, type Node, ROUTE, scope, step, STEPS, type StepNode, together } from "./route.ts";

export interface Mutation {
  readonly title: string;
  readonly nodes: readonly Node[];
  /** Whether an execution that has finished `done` steps and parks in that way is blocked. */
  readonly isDiverged: (done: number, how: How) => boolean;
  /** Steps of it may give something else than the same route from its start would: what they gave before the change is kept. */
  readonly keepsOldResults?: boolean;
}

type Verdict = Mutation["isDiverged"];

const from =
  (first: number): Verdict =>
  (done) =>
    done >= first;
const never: Verdict = () => false;

const numbers = Array.from({ length: STEPS }, (_, at) => at + 1);

/** One for each step. */
const each = (title: string, change: (node: StepNode) => readonly Node[], verdict: (number: number) => Verdict): readonly Mutation[] =>
  numbers.map((number) => ({ title: `${title} ${number}`, nodes: changed(ROUTE, number, change), isDiverged: verdict(number) }));

const everywhere = (change: (node: StepNode) => readonly Node[]): readonly Node[] =>
  // From the last to the first: what a change puts in is not counted then.
  numbers.toReversed().reduce((nodes, number) => changed(nodes, number, change), ROUTE);

const swapped = (number: number): readonly Node[] => {
  const all: StepNode[] = [];
  for (const one of numbers) changed(ROUTE, one, (node) => (all.push(node), [node]));
  const [first, second] = [all[number - 1], all[number]];
  if (first === undefined || second === undefined) throw new Error("there is no such pair");
  return changed(
    changed(ROUTE, number, () => [second]),
    number + 1,
    () => [first],
  );
};

/** Neighbours with other names, so that their order can be told. */
const PAIRS = [1, 2, 3, 4, 7, 8, 9];

/** With every gate replaced. */
const gated = (nodes: readonly Node[], change: (gate: GateNode) => readonly Node[]): readonly Node[] =>
  nodes.flatMap((node): readonly Node[] => {
    if (node.type === "gate") return change(node);
    return "body" in node ? [{ ...node, body: gated(node.body, change) }] : [node];
  });

/** With the scope replaced. */
const parcel = (change: (body: readonly Node[]) => readonly Node[]): readonly Node[] =>
  ROUTE.flatMap((node) => (node.type === "scope" ? change(node.body) : [node]));

const withoutGates = (nodes: readonly Node[]): readonly Node[] => gated(nodes, () => []);

export const MUTATIONS: readonly Mutation[] = [
  ...each("renames step", (node) => [{ ...node, name: `${node.name} again` }], from),
  // One of several of a name: while the next of them is begun and not finished, it takes the place of the one that is removed.
  ...each(
    "removes step",
    () => [],
    (number) => (done, how) => done >= number && !(how === "retry" && done < 7 && number >= 5 && number <= done),
  ),
  ...each("puts a new step before step", (node) => [step("new"), node], from),
  // It is asked for after what is recorded: at the gate behind it nothing of the record is missing.
  ...each(
    "puts a new step behind step",
    (node) => [node, step("new")],
    (number) => from(number + 1),
  ),
  // Calls of one name are told apart by their number alone: among the three of one name it is the last that is new.
  ...each(
    "doubles step",
    (node) => [node, node],
    (number) => from(number === 5 || number === 6 ? 8 : number + 1),
  ),
  // The step that waits for its next attempt is begun already, and a sleep is something else to wait for.
  ...each(
    "makes a sleep of step",
    (node) => [{ ...node, as: "sleep" }],
    (number) => (done, how) => done >= number || (done === number - 1 && how === "retry"),
  ),
  ...each("makes a wait for an event of step", (node) => [{ ...node, as: "event" }], from),
  ...each("moves into a scope step", (node) => [scope("inner", node)], from),
  ...PAIRS.map((number) => ({ title: `swaps steps ${number} and ${number + 1}`, nodes: swapped(number), isDiverged: from(number) })),
  ...each(
    "keeps both ways, patched, of step",
    (node) => [{ ...node, name: `${node.name}:v2`, formerly: node.name }],
    () => never,
  ),
  { title: "gives keys to all steps", nodes: everywhere((node) => [{ ...node, key: "k" }]), isDiverged: from(1) },
  { title: "renames all steps", nodes: everywhere((node) => [{ ...node, name: `${node.name} again` }]), isDiverged: from(1) },
  {
    title: "changes what is done in all steps",
    nodes: everywhere((node) => [{ ...node, gives: "something else" }]),
    isDiverged: never,
    keepsOldResults: true,
  },
  {
    title: "awaits something outside of a step before all steps",
    nodes: everywhere((node) => [{ type: "pause", turns: 3 }, node]),
    isDiverged: never,
  },
  {
    title: "loops twice less",
    nodes: changed(
      changed(ROUTE, 7, () => []),
      6,
      () => [],
    ),
    isDiverged: from(6),
  },
  { title: "loops twice more", nodes: changed(ROUTE, 7, (node) => [node, node, node]), isDiverged: from(8) },
  { title: "renames the scope", nodes: parcel((body) => [scope("packet", ...body)]), isDiverged: from(3) },
  { title: "takes the steps out of their scope", nodes: parcel((body) => body), isDiverged: from(3) },
  { title: "puts a scope around the scope", nodes: parcel((body) => [scope("outer", scope("parcel", ...body))]), isDiverged: from(3) },
  {
    title: "makes two scopes of one",
    nodes: parcel((body) => [scope("parcel", ...body.slice(0, 2)), scope("parcel", ...body.slice(2))]),
    isDiverged: from(4),
  },
  // The gates are in the scope too: a sleep in it is another one, and an event that is there already is taken at once.
  { title: "puts a scope around everything", nodes: [scope("all", ...ROUTE)], isDiverged: (done, how) => done >= 1 || how === "sleep" },
  {
    title: "does two steps side by side",
    nodes: [...ROUTE.slice(0, -5), together(step("ship"), step("invoice")), ...ROUTE.slice(-2)],
    isDiverged: never,
  },
  { title: "does all steps side by side", nodes: [together(...withoutGates(ROUTE))], isDiverged: never },
  { title: "removes everything", nodes: [], isDiverged: from(1) },
  { title: "turns everything round", nodes: [...ROUTE].reverse(), isDiverged: from(1) },
  { title: "moves the first step to the end", nodes: [...ROUTE.slice(2), step("reserve")], isDiverged: from(1) },
  { title: "moves the last step to the front", nodes: [step("archive"), ...ROUTE.slice(0, -1)], isDiverged: from(1) },
  // Nothing that is completed is touched: only whoever is in the gate can tell.
  { title: "renames the gates", nodes: gated(ROUTE, (gate) => [{ ...gate, name: "door" }]), isDiverged: (_, how) => how === "sleep" },
  {
    title: "makes sleeps of the gates",
    nodes: gated(ROUTE, (gate) => [{ ...gate, as: "sleep" }]),
    isDiverged: (_, how) => how === "event",
  },
  { title: "makes waits for an event of the gates", nodes: gated(ROUTE, (gate) => [{ ...gate, as: "event" }]), isDiverged: never },
  { title: "removes the gates", nodes: withoutGates(ROUTE), isDiverged: never },
];
