/**
 * What must hold after a blow, and after the recovery from it. Everything found wrong is a sentence; none is the only good answer.
 */
import type { Client } from "../../../src/model/client.ts";
import { judge, parseLedger } from "../oracle.ts";
import { ledgerText, onDisk, type OnDisk } from "./disk.ts";
import type { Scenario } from "./scenarios.ts";
import { middleOf, outputOf } from "./work.ts";

/** Before anything is opened again: the file is whole, and what was reported as done is in it. */
export const wrongOnDisk = (folder: string, stdout: string): readonly string[] => {
  const disk = onDisk(folder);
  const lost = [...stdout.matchAll(/^ack (\S+) (\S+)$/gm)].filter(([, what = "", id = ""]) => !holds(disk, what, id));
  return [
    ...(disk.integrity === "ok" ? [] : [`the file is damaged: ${disk.integrity}`]),
    ...disk.halves.map((id) => `steps of ${id} are gone, and it is not`),
    ...lost.map(([line]) => `reported and not on disk: "${line}"`),
  ];
};

const holds = ({ statuses, sentTo }: OnDisk, what: string, id: string): boolean => {
  if (what === "started") return statuses.has(id);
  if (what === "removed") return !statuses.has(id);
  if (what === "sent") return sentTo.has(id);
  return statuses.get(id) === what;
};

/**
 * What the ledger tells.
 *
 * @param reruns how many steps of each execution may have begun again
 */
export const wrongInLedger = (
  folder: string,
  { act, ends }: Scenario,
  { reruns, isOver }: { reruns: number; isOver: boolean },
): readonly string[] => {
  const lines = parseLedger(ledgerText(folder));
  const { steps } = act.input;
  return act.ids.flatMap((id) => {
    const own = lines.filter(({ execution }) => execution === id);
    const facts = judge(own, steps, isOver && ends === "completed" ? [id] : []);
    const beyond = own.some(({ step }) => step >= middleOf(steps));
    return [
      ...facts.violations,
      ...(facts.reruns > reruns ? [`${id}: ${facts.reruns} bodies began again, ${reruns} may have`] : []),
      ...(ends === "cancelled" && beyond ? [`${id}: it went on after its cancellation`] : []),
    ];
  });
};

/** What the engine tells when all is over: the end, the output, and one record for each step. */
export const wrongInHistory = async (client: Client, { act, ends }: Scenario): Promise<readonly string[]> => {
  const wrong = await Promise.all(
    act.ids.map(async (id) => {
      const { execution, steps } = await client.history(id);
      if (execution.status !== ends) return [`${id}: it is ${execution.status} (${execution.reason ?? "no reason"}) and not ${ends}`];
      if (ends === "cancelled") return [];
      const results = steps.filter(({ kind }) => kind === "step").map(({ n, status, output }) => `${n} ${status} ${String(output)}`);
      const right = Array.from({ length: act.input.steps }, (_, k) => `${k + 1} completed ${k * k}`);
      return [
        ...(execution.output === outputOf(act.input) ? [] : [`${id}: its output is ${JSON.stringify(execution.output)}`]),
        ...(results.join() === right.join() ? [] : [`${id}: its steps are ${results.join(", ")}`]),
      ];
    }),
  );
  const left = (await client.list({ limit: 1_000 })).filter(({ id }) => act.gone?.includes(id) === true);
  return [...wrong.flat(), ...left.map(({ id }) => `${id}: it was removed, and is there`)];
};
