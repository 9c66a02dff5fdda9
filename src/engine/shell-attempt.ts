/**
 * One attempt of `ctx.sh`: the machine runs the command, its lines go to the log and to whoever watches, and its end is judged.
 *
 *     request ──► machine ──chunks──► lines: kept, shown
 *                    └──end──► allowed: the result · aborted: why it was aborted · else ShellError
 */
import { fail } from "../model/errors.ts";
import type { StepIdentity } from "../model/records.ts";
import type { Shell, ShellAttempt, ShellEnd, ShellTask, ShellWatch } from "../model/shell.ts";
import { resultOf } from "../model/shell-verdict.ts";
import type { StepContext } from "../model/step.ts";
import { keyOf } from "../replay/identity.ts";
import { type StepAround, stepAround } from "./inside-step.ts";
import { Prints } from "./scripts/prints.ts";

/** For engines that were given no way to it. */
export const noShell: Shell = ({ program }) => {
  const text = "script" in program ? "a shell" : program.command[0];
  return Promise.reject(fail("SHELL_UNSTARTED", { program: text, problem: "this engine starts no processes; open it with `openEngine`" }));
};

export const attemptsOn =
  (shell: Shell): ShellAttempt =>
  async (task, step) => {
    const around = stepAround();
    if (around === undefined) throw new Error("Bug in wflite: a command runs outside of its step");
    const prints = task.isStreamed ? printsOf(around) : undefined;
    const watch: ShellWatch = {
      signal: step.signal,
      onChunk: prints === undefined ? undefined : (name, chunk) => prints.add(name, chunk),
      log: task.hasFullLog ? { executionId: around.carry.id, name: logName(around.call.identity, step.attempt) } : undefined,
    };
    const end = await shell({ ...task.request, env: { ...toldOf(step), ...task.request.env } }, watch).finally(() => prints?.end());
    return judged(end, task, { name: around.call.identity.name, signal: step.signal });
  };

/** What a command may want to know of its step. */
const toldOf = ({ idempotencyKey, attempt }: StepContext): Record<string, string> => ({
  WF_IDEMPOTENCY_KEY: idempotencyKey,
  WF_ATTEMPT: String(attempt),
});

const printsOf = ({ carry, call }: StepAround): Prints =>
  new Prints({
    ...{ executionId: carry.id, step: call.identity.name, clock: carry.clock, onProgress: carry.onProgress },
    keep: (entry) => {
      if (!carry.isOver) carry.keepPrint(entry);
    },
  });

const judged = (end: ShellEnd, task: ShellTask, { name, signal }: { readonly name: string; readonly signal: AbortSignal }) => {
  try {
    return resultOf(end, { step: name, ...task });
  } catch (error) {
    // It was told to end: that KILL has ended it in the end is no failure of the system.
    signal.throwIfAborted();
    throw error;
  }
};

const MAX_NAME = 60;

/** `build.1.log`; names that are no file names, and repeats, have something to tell them apart. */
const logName = (identity: StepIdentity, attempt: number): string => {
  const { name, scope, n } = identity;
  const plain = name.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");
  const isWhole = plain === name && name.length <= MAX_NAME && scope === "" && n === 1;
  const mark = isWhole
    ? ""
    : `${plain === "" ? "" : "-"}${new Bun.CryptoHasher("sha256").update(keyOf(identity)).digest("hex").slice(0, 8)}`;
  return `${plain.slice(0, MAX_NAME)}${mark}.${attempt}.log`;
};
