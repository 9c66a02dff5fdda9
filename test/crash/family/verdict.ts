/** What must hold of the family after a blow and the recovery from it. Everything found wrong is a sentence. */
import { Database } from "bun:sqlite";
import type { Client } from "../../../src/model/client.ts";
import { onDisk } from "../points/disk.ts";
import { CHILDREN, LANES, linesOf, PARENT } from "./work.ts";

/** Before anything is opened again. */
export const wrongOnDisk = (folder: string, stdout: string): readonly string[] => {
  const { integrity, statuses, halves } = onDisk(folder);
  const isLost = (what: string): boolean => (what === "started" ? !statuses.has(PARENT) : statuses.get(PARENT) !== what);
  return [
    ...(integrity === "ok" ? [] : [`the file is damaged: ${integrity}`]),
    ...halves.map((id) => `steps of ${id} are gone`),
    ...[...stdout.matchAll(/^ack (\S+)$/gm)].filter(([, what = ""]) => isLost(what)).map(([line]) => `reported and not on disk: "${line}"`),
    ...(statuses.size === 0 ? [] : childrenWithoutStep(folder)),
  ];
};

/** A child and the record of the call for it are one write. */
const childrenWithoutStep = (folder: string): readonly string[] => {
  const db = new Database(`${folder}/.wf.db`, { readonly: true });
  try {
    const without = `SELECT id FROM executions WHERE parent_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM steps WHERE steps.execution_id = parent_id AND kind = 'child' AND detail = executions.id)`;
    const missing = `SELECT detail FROM steps WHERE kind = 'child' AND NOT EXISTS (SELECT 1 FROM executions WHERE id = detail)`;
    return [
      ...db
        .query(without)
        .values()
        .map(([id]) => `child ${String(id)} is there, and its parent does not know it`),
      ...db
        .query(missing)
        .values()
        .map(([id]) => `child ${String(id)} is recorded, and not there`),
    ];
  } finally {
    db.close();
  }
};

/** @param crashes how many there were */
export const wrongInTheEnd = async (client: Client, folder: string, crashes: number): Promise<readonly string[]> => {
  const executions = await client.list({ limit: 100 });
  const kids = executions.filter(({ workflow }) => workflow === "kid");
  const { execution, steps } = await client.history(PARENT);
  const undone = steps.filter(({ kind }) => kind === "compensation").toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const open = steps.filter(({ status }) => !["completed", "cancelled"].includes(status));
  return [
    ...(execution.status === "cancelled" ? [] : [`the parent is ${execution.status} (${execution.reason ?? "no reason"})`]),
    ...(kids.length === CHILDREN ? [] : [`there are ${kids.length} children`]),
    ...kids.filter(({ status }) => status !== "completed").map(({ id, status }) => `${id} is ${status}`),
    ...(undone.map(({ name }) => name).join() === "pay,book" ? [] : [`undone is ${undone.map(({ name }) => name).join()}`]),
    ...open.map(({ name, status }) => `${name} is ${status}`),
    ...wrongInLedger(linesOf(folder), crashes),
  ];
};

const wrongInLedger = (lines: readonly string[], crashes: number): readonly string[] => {
  const times = (line: string): number => lines.filter((one) => one === line).length;
  const known = new Set(lines);
  const most = (line: string): number => (line === "pay" ? 1 : 1 + crashes);
  const again = [...known].reduce((sum, line) => sum + times(line) - 1, 0);
  const undoing = lines.findIndex((line) => line.startsWith("undo"));
  const after = undoing < 0 ? [] : lines.slice(undoing).filter((line) => !line.startsWith("undo"));
  const isBackwards = lines.lastIndexOf("undo pay") < lines.indexOf("undo book");
  return [
    ...[...known].filter((line) => times(line) > most(line)).map((line) => `"${line}" ${times(line)} times`),
    ...(again > LANES * crashes ? [`${again} bodies began again`] : []),
    ...after.map((line) => `"${line}" after it was being undone`),
    ...(isBackwards ? [] : ["it was not undone backwards"]),
  ];
};
