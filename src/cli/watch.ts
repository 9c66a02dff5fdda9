/**
 * `--watch`: looking at executions every second.
 *
 * On a terminal the same text is drawn again in its place. In a pipe, and as JSON, a line is appended whenever an execution has changed,
 * so that nothing but new facts is written.
 */
import { toIso } from "../model/instant.ts";
import type { ExecutionView } from "../model/views.ts";
import type { CommandContext } from "./command.ts";
import { endOfLooking } from "./end-of-looking.ts";
import { pause } from "./pause.ts";
import { noteText } from "./render/overview.ts";
import { line } from "./render/safe.ts";
import { createScreen, moveOnTerminal, type Screen } from "./screen.ts";

const LOOK_AGAIN_MS = 1_000;

export interface Watched {
  /** For the terminal. */
  readonly text: string;
  /** The newest first. */
  readonly executions: readonly ExecutionView[];
  /** Nothing will change any more. */
  readonly isOver: boolean;
}

/** Gives the exit code: 0 when all is over, else that of the signal. */
export const watch = async (context: CommandContext, look: () => Promise<Watched>, screen = screenOf(context)): Promise<number> => {
  let before: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const watched = await look();
    if (screen === undefined) before = appendChanges(context, watched.executions, before);
    else screen.draw(watched.text);
    if (watched.isOver) return 0;
    if (!(await pause(context, LOOK_AGAIN_MS))) return endOfLooking(context);
  }
};

const screenOf = ({ out }: CommandContext, environment = process.env): Screen | undefined => {
  if (!out.isTerminal || out.format !== "text" || environment["TERM"] === "dumb") return undefined;
  const size = () => ({ columns: out.columns, rows: out.rows });
  return createScreen({ size, move: moveOnTerminal(), print: (text) => out.line(null, () => text) });
};

/** The newest last, as in a log. Gives what is known now. */
const appendChanges = (
  context: CommandContext,
  executions: readonly ExecutionView[],
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> => {
  const known = new Map(executions.map((execution) => [execution.id, stateOf(execution)]));
  const at = toIso(context.now());
  for (const execution of executions.toReversed()) {
    if (before.get(execution.id) !== known.get(execution.id)) context.out.line(execution, () => changeLine(at, execution));
  }
  return known;
};

const stateOf = ({ status, reason, reasonDetail, wakeAt, restarts }: ExecutionView): string =>
  JSON.stringify([status, reason, reasonDetail, wakeAt, restarts]);

const changeLine = (at: string, execution: ExecutionView): string =>
  [at, line(execution.id), line(execution.workflow), execution.status, noteText(execution)].filter((part) => part !== "").join("  ");
