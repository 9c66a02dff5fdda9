/**
 * One pause: an owner is stopped at a random point (SIGSTOP), somebody else ticks meanwhile, and the owner goes on (SIGCONT).
 *
 *     as it is       its heartbeat is put back to 1970, and it is the same process still: it keeps what it owns
 *     as a stranger  its row says besides that it runs on another machine, where nobody can look it up: it loses what it owns, and finds
 *                    that out at its first write
 *
 * A former owner that goes on may run one body more of each execution: the one it was in, or the one whose predecessor is stored already,
 * since beginning a step writes nothing. That body's result is refused, so there is no second.
 */
import type { TickView } from "../../../src/model/views.ts";
import { eventually, playground } from "../../support/wf.ts";
import { Actor } from "./actor-process.ts";
import { type Chance, chanceFrom } from "./chance.ts";
import { change, executions, historyBreaches, rows } from "./database.ts";
import type { Fault } from "./faults.ts";
import { judgeLines, readLedger, STEPS, type StepsInput, type Told } from "./steps.ts";

export interface Scene {
  readonly folder: string;
  /** Is stopped. Opens the engine anew for each pause, so that each has a worker of its own. */
  readonly owner: Actor;
  readonly rival: Actor;
  readonly chance: Chance;
}

/** Everything that it starts ends with it. */
export const onScene = async (seed: number, play: (scene: Scene) => Promise<void>): Promise<void> => {
  const at = playground({ "steps.ts": STEPS });
  const scene: Scene = { folder: at.folder, owner: new Actor(), rival: new Actor(), chance: chanceFrom(seed) };
  try {
    await scene.rival.ask({ do: "open", folder: at.folder });
    await play(scene);
  } finally {
    await Promise.all([scene.owner.kill(), scene.rival.kill()]);
    at.remove();
  }
};

export interface PauseFacts {
  /** What it owned when it was stopped; a pause with none shows nothing. */
  readonly owned: number;
  /** How often somebody has looked for something to take while it was stopped. */
  readonly looks: number;
  readonly violations: readonly string[];
}

const INPUT: StepsInput = { steps: 15, stepMs: 4, napEvery: 0 };
/** About how long an undisturbed pass takes, so that all of it is met. */
const PASS_MS = 100;
const LOOKS = 7;

/** A live owner, however long it stands still. */
export const pauseAsItIs = async (scene: Scene, ids: readonly string[]): Promise<PauseFacts> => {
  const { folder, owner, rival } = scene;
  await begin(scene, ids, "none");
  const { owned, told } = await stop(scene, ids, "");
  const robbed: string[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const { executions: claimed } = await rival.ask<TickView>({ do: "tick" });
    robbed.push(...claimed.map(({ id }) => `${id}: taken from a live owner`));
  }
  owner.goOn();
  await owner.answer<TickView>();
  await owner.ask({ do: "close" });
  const lines = linesOf(folder, ids);
  const strangers = lines.slice(told).filter(({ pid }) => pid !== owner.pid);
  const { violations, reruns } = judgeLines(lines, INPUT.steps, ids);
  return {
    owned: owned.length,
    looks: LOOKS,
    violations: [
      ...robbed,
      ...violations,
      ...strangers.map(({ text }) => `${text} in another process`),
      ...(reruns === 0 ? [] : [`${reruns} bodies ran again`]),
      ...unfinished(folder, ids),
    ],
  };
};

/** An owner that is taken for dead and is not. @param overlap it goes on while its successor is in the middle of it */
export const pauseAsStranger = async (
  scene: Scene,
  ids: readonly string[],
  { overlap, fault = "none" }: { readonly overlap: boolean; readonly fault?: Fault },
): Promise<PauseFacts> => {
  const { folder, owner, rival } = scene;
  await begin(scene, ids, fault);
  const { owned, told } = await stop(scene, ids, ", host = 'elsewhere', boot_id = 'another'");
  if (owned.length === 0) return tooLate(owner);
  const holder = heldBy(folder, owned);
  rival.tell({ do: "tick" });
  if (overlap) {
    await eventually("it is taken over", () => heldBy(folder, owned) !== holder);
    owner.goOn();
  }
  await rival.answer<TickView>();
  owner.goOn();
  const view = await owner.answer<TickView>();
  await owner.ask({ do: "close" });
  const lines = linesOf(folder, ids);
  return {
    owned: owned.length,
    looks: 1,
    violations: [
      ...view.executions.filter(({ id, status }) => owned.includes(id) && status === "completed").map(({ id }) => `${id}: ended by both`),
      ...afterwards(lines.slice(told), owner.pid),
      ...judgeLines([...lines.slice(0, told), ...lines.slice(told).filter(({ pid }) => pid !== owner.pid)], INPUT.steps, ids).violations,
      ...ids.flatMap((id) => overwritten(folder, id, { lines: lines.slice(told), successor: rival.pid })),
      ...historyBreaches(folder, INPUT.steps),
      ...unfinished(folder, ids),
    ],
  };
};

/** Changes with the first of them that changes hands. */
const heldBy = (folder: string, ids: readonly string[]): string =>
  executions(folder)
    .filter(({ id }) => ids.includes(id))
    .map(({ owner }) => owner)
    .join();

const begin = async ({ folder, owner, rival, chance }: Scene, ids: readonly string[], fault: Fault): Promise<void> => {
  await rival.ask({ do: "start", workflow: "steps", ids, input: INPUT });
  await owner.ask({ do: "open", folder, fault });
  owner.tell({ do: "tick" });
  await eventually("the first body begins", () => linesOf(folder, ids).length > 0);
  await Bun.sleep(chance.between(0, PASS_MS));
};

interface Stopped {
  readonly owned: readonly string[];
  /** Lines of the ledger about the executions in question, when it stopped. */
  readonly told: number;
}

/** It had finished everything; let go, it has nothing to be judged by. */
const tooLate = async (owner: Actor): Promise<PauseFacts> => {
  owner.goOn();
  await owner.answer<TickView>();
  await owner.ask({ do: "close" });
  return { owned: 0, looks: 0, violations: [] };
};

const stop = async ({ folder, owner }: Scene, ids: readonly string[], alter: string): Promise<Stopped> => {
  const isOwner = "pid = ? AND EXISTS (SELECT 1 FROM executions WHERE lease_owner = workers.id)";
  const overdue = `UPDATE workers SET seen_at = 0, seen_boot_ms = 0${alter} WHERE ${isOwner}`;
  const ownedBy = "SELECT e.id FROM executions e JOIN workers w ON w.id = e.lease_owner WHERE w.pid = ?";
  for (;;) {
    await owner.stop();
    const owned = rows<{ id: string }>(folder, ownedBy, owner.pid).map(({ id }) => id);
    // Stopped in the middle of a transaction it keeps everybody out; that moment is left to it.
    if (change(folder, overdue, owner.pid)) return { owned, told: linesOf(folder, ids).length };
    owner.goOn();
    await Bun.sleep(1);
  }
};

const linesOf = (folder: string, ids: readonly string[]): readonly Told[] =>
  readLedger(folder).filter(({ execution }) => ids.includes(execution));

/** More than one body of an execution by a process that is no longer its owner. */
const afterwards = (lines: readonly Told[], former: number): readonly string[] => {
  const begun = lines.filter(({ pid, what }) => pid === former && what === "begin");
  return [...Map.groupBy(begun, ({ execution }) => execution)]
    .filter(([, bodies]) => bodies.length > 1)
    .map(([id, bodies]) => `${id}: a former owner began ${bodies.length} bodies after it was taken over`);
};

/** Steps that the successor ran and that carry another's result; each result is the pid of the body. */
const overwritten = (
  folder: string,
  id: string,
  { lines, successor }: { readonly lines: readonly Told[]; readonly successor: number },
): readonly string[] => {
  const own = lines.filter(({ execution, pid, what }) => execution === id && pid === successor && what === "begin");
  const results = rows<{ output: string }>(folder, "SELECT output FROM steps WHERE execution_id = ? ORDER BY ord", id);
  return own
    .map(({ text }) => Number(text.split(" ")[1]))
    .filter((step) => results[step]?.output !== String(successor))
    .map((step) => `${id}: step ${step} was run by ${successor} and holds the result ${results[step]?.output}`);
};

const unfinished = (folder: string, ids: readonly string[]): readonly string[] =>
  executions(folder)
    .filter(({ id, status }) => ids.includes(id) && status !== "completed")
    .map(({ id, status }) => `${id}: ${status} at the end`);
