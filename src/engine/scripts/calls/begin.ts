/** `wf begin`: outside of a workflow file, a script makes its execution, or goes on with it, and owns it as long as its process lives. */
import { fail } from "../../../model/fail-late.ts";
import { checkExecutionId, checkWorkflowName, newExecutionId } from "../../../model/id.ts";
import { type ExecutionRecord, ORDINARY, type ProcessIdentity, type WorkerRecord } from "../../../model/records.ts";
import { ownerId } from "../../../model/scripts/beginner.ts";
import { DEFAULT_PANIC } from "../../../model/retry.ts";
import type { BeginAnswer } from "../../store/scripts.ts";
import { CALL_EXIT, type CallParts, isCarried } from "./pass.ts";

export interface BeginCall {
  readonly name: string;
  /** Null: one is drawn, and each call begins another execution. */
  readonly id: string | null;
  readonly inputText: string;
  /** Told of it, instead of printing its id. */
  readonly show: ((execution: ExecutionRecord) => void) | null;
}

export interface BeginParts extends CallParts {
  /** The script's process; undefined where the system does not tell. */
  readonly owner: ProcessIdentity | undefined;
  /** Who calls, where it is another process than that. */
  readonly beginner: ProcessIdentity | undefined;
  readonly commandLine: readonly string[] | undefined;
  /** Of wflite. */
  readonly version: string;
  boot(): number;
}

/** It is shown by `wf why`, not run by anybody. */
const MAX_COMMAND_LINE = 500;

export async function callBegin({ name, id, inputText, show }: BeginCall, parts: BeginParts): Promise<number> {
  const { store, machine, env } = parts;
  if (isCarried(env)) throw fail("USAGE", ALREADY);
  const misnamed = checkWorkflowName(name);
  if (misnamed !== undefined) throw fail("NAME_INVALID", { what: "workflow name", problem: misnamed });
  const badId = id === null ? undefined : checkExecutionId(id);
  if (badId !== undefined) throw fail("ID_INVALID", { id: id ?? "", problem: badId });
  const owner = ownerOf(parts);
  const execution = freshExecution({ name, id: id ?? newExecutionId(name, () => machine.chance()), inputText }, parts);
  const begun = accepted(await store.begin({ execution, owner, comesFrom: (other) => machine.descendsFrom(other) }));
  if (show === null) machine.writeStdout(new TextEncoder().encode(`${begun.id}\n`));
  else show(begun);
  return CALL_EXIT.ok;
}

const ALREADY = {
  problem: "`wf begin` was called in a script that wf carries: it has an execution already",
  next: "A file in workflows/ needs no `wf begin`; WF_EXECUTION is its execution.",
};

function ownerOf({ owner, beginner, machine, version, boot }: BeginParts): WorkerRecord {
  if (owner === undefined) {
    const problem = "The process of the script is not to be seen from here";
    throw fail("USAGE", { problem, next: "Call `wf begin` from the script itself." });
  }
  const now = machine.now();
  return { ...owner, id: ownerId(owner, beginner), role: "run", version, startedAt: now, seenAt: now, seenBootMs: boot() };
}

function freshExecution(
  { name, id, inputText }: Pick<BeginCall, "name" | "inputText"> & { readonly id: string },
  { machine, commandLine }: BeginParts,
): ExecutionRecord {
  const line = commandLine === undefined ? "" : ` ${commandLine.map(shellWord).join(" ").slice(0, MAX_COMMAND_LINE)}`;
  return {
    ...ORDINARY,
    ...{ id, workflow: name, version: 1, sourceHash: null, status: "pending", reason: "queued", reasonDetail: null, wakeAt: null },
    ...{ inputText, outputText: null, errorText: null, createdAt: machine.now(), startedAt: null, finishedAt: null, deadlineAt: null },
    ...{ restarts: 0, panics: 0, panic: DEFAULT_PANIC, parentId: null, tags: {}, origin: `begin${line}` },
  };
}

const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

function accepted(answer: BeginAnswer): ExecutionRecord {
  const { execution } = answer;
  const { id, status, workflow, reasonDetail } = execution;
  switch (answer.kind) {
    case "begun":
      return execution;
    case "owned":
      throw fail("SCRIPT_OWNED", { id, pid: answer.owner.pid, host: answer.owner.host });
    case "refused":
      switch (answer.why) {
        case "over":
          throw fail("EXECUTION_OVER", { id, status, action: "go on with" });
        case "blocked":
          throw fail("SCRIPT_BLOCKED", { id, detail: reasonDetail });
        case "paused":
          throw fail("ACTION_REFUSED", { id, action: "go on with", problem: "it is paused", next: `\`wf resume ${id}\` lets it go on.` });
        case "not-begun":
          throw fail("ID_TAKEN", { id });
        case "other-input":
          throw fail("INPUT_MISMATCH", { id, workflow });
        default:
          return answer.why satisfies never;
      }
    default:
      return answer satisfies never;
  }
}
