/**
 * The short way of the calls of a script, composed of little: `wf step` is a process of its own each time, and a script has many of them.
 *
 * There is no engine here. Whoever carries the script has that; a call writes by itself, under the fence of its pass. Nothing is closed at
 * the end: the process ends, and what is committed is as durable in the WAL.
 */
import { callHost, stepMachine } from "./host/step-machine.ts";
import { fileNearby } from "./host/nearby.ts";
import type { BeginCall } from "./engine/scripts/calls/begin.ts";
import type { EndCall } from "./engine/scripts/calls/end.ts";
import type { CallParts } from "./engine/scripts/calls/pass.ts";
import type { StepCall } from "./engine/scripts/calls/attempt.ts";
import { callStep } from "./engine/scripts/calls/step.ts";
import type { WaitCall } from "./engine/scripts/calls/wait.ts";
import { fail } from "./model/fail-late.ts";
import { openForCall } from "./sqlite/call-connection.ts";
import { SqliteScripts, type ScriptParts } from "./sqlite/scripts.ts";

export interface CallPlace {
  readonly cwd: string;
  readonly dir?: string | undefined;
  readonly db?: string | undefined;
}

export type { StepCall, WaitCall, BeginCall, EndCall };

export type ScriptCall =
  | { readonly command: "step"; readonly call: StepCall }
  | { readonly command: "wait"; readonly call: WaitCall }
  | { readonly command: "begin"; readonly call: BeginCall }
  | { readonly command: "end"; readonly call: EndCall };

/** Gives the exit code. @throws errors of the catalogue */
export const callScript = async (asked: ScriptCall, place: CallPlace): Promise<number> => {
  switch (asked.command) {
    case "step":
      return callStep(asked.call, await openCall(place, asked.command));
    case "wait": {
      const { callWait } = await import("./engine/scripts/calls/wait.ts");
      return callWait(asked.call, await openCall(place, asked.call.kind === "sleep" ? "sleep" : "wait-event"));
    }
    case "begin": {
      const { callBegin } = await import("./engine/scripts/calls/begin.ts");
      return callBegin(asked.call, { ...(await openCall(place, asked.command)), ...(await owner()) });
    }
    case "end": {
      const { callEnd } = await import("./engine/scripts/calls/end.ts");
      return callEnd(asked.call, await openCall(place, asked.command));
    }
    default:
      return asked satisfies never;
  }
};

/** @param command as it was called, for errors */
const openCall = async (place: CallPlace, command: string): Promise<CallParts> => {
  const { parts, dataVersion } = await connect(place, command);
  return { store: new SqliteScripts(parts), machine: stepMachine, env: process.env, dataVersion };
};

interface Connected {
  readonly parts: ScriptParts;
  dataVersion(): number;
}

const connect = async (place: CallPlace, command: string): Promise<Connected> => {
  const nearby = fileNearby(place);
  const db = nearby === undefined ? undefined : openForCall(nearby, stepMachine);
  if (db === undefined) return connectWell(place, command);
  const change: ScriptParts["change"] = (id, run, isStored) => db.change(id, run, isStored);
  const changeLightly: ScriptParts["change"] = (id, run, isStored) => db.changeLightly(id, run, isStored);
  return { parts: { db, host: callHost, read: (fn) => db.read(fn), change, changeLightly }, dataVersion: () => db.dataVersion() };
};

/** For whatever is not plain: a project further up, a file that has to be made or migrated, a lock, an error that is to be told. */
const connectWell = async (place: CallPlace, command: string): Promise<Connected> => {
  const [{ findProject }, { unwrap }, { DatabaseConnection }, { Fences }] = await Promise.all([
    import("./host/project.ts"),
    import("./model/result.ts"),
    import("./sqlite/connection.ts"),
    import("./sqlite/fences.ts"),
  ]);
  const { databaseFile, hasDatabase } = unwrap(findProject(place));
  if (!hasDatabase && command !== "begin") throw nothingHere(command);
  const db = unwrap(await DatabaseConnection.open(databaseFile, { create: command === "begin", host: callHost }));
  const change: ScriptParts["change"] = (_, run) => db.transaction(() => run(new Fences()));
  return { parts: { db, host: callHost, read: (fn) => db.read(fn), change }, dataVersion: () => db.dataVersion() };
};

const nothingHere = (command: string): Error => {
  const id = process.env["WF_EXECUTION"] ?? "";
  return id === "" ? fail("NO_SCRIPT", { command }) : fail("EXECUTION_NOT_FOUND", { id });
};

/** The script's process. */
const owner = async () => {
  const [{ callingProcess, commandLineOf, identityOf, scriptProcess }, manifest] = await Promise.all([
    import("./host/lineage.ts"),
    import("../package.json", { with: { type: "json" } }),
  ]);
  const pid = scriptProcess(process.pid);
  const caller = callingProcess(process.pid, pid);
  return {
    beginner: caller === undefined || caller === pid ? undefined : identityOf(caller, callHost.self),
    owner: pid === undefined ? undefined : identityOf(pid, callHost.self),
    commandLine: pid === undefined ? undefined : commandLineOf(pid),
    version: manifest.default.version,
    boot: callHost.boot,
  };
};
