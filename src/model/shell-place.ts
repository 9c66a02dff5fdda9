/**
 * What is open at a place in a script, from the script itself to the innermost quotes, and what that means for a value there.
 *
 *     eval "$(echo 'a b ${v}')"      commands: eval  ›  double  ›  commands: echo  ›  single      nowhere: `eval` reads what echo prints
 */
import { PRINTERS } from "./shell-builtins.ts";
import type { CommandLine } from "./shell-command-line.ts";
import type { Declared } from "./shell-declared.ts";
import { evaluatesOutput, type Evaluation, evaluationOf, isGuard } from "./shell-evaluating.ts";
import { counted, type Guard, nowhere, type Standing } from "./shell-standing.ts";

export type FrameKind =
  "commands" | "double" | "single" | "ansi" | "comment" | "brace" | "arithmetic" | "bracket" | "backquote" | "heredoc";

export interface Frame {
  readonly kind: FrameKind;
  /** What has opened commands, or a list of words. */
  readonly opening: "" | "(" | "$(" | "<(" | "list";
  /** Of commands: the one that is being read. */
  line: CommandLine;
  /** Open parentheses, or brackets, of arithmetic; `case` without its `esac`. */
  depth: number;
}

const NOWHERE: Readonly<Partial<Record<FrameKind, string>>> = {
  heredoc: "a here-document; give the text as `stdin` of `ctx.sh(name, …)` or write `printf '%s\\n' ${value} |`",
  backquote: "backquotes; write $( … )",
  brace: "${ … }; set a variable to it first",
};

/** The innermost of those that are made of commands; the script itself is one. */
export const commandsOf = (open: readonly Frame[]): Frame => open.findLast(({ kind }) => kind === "commands") as Frame;

export const standingAt = (open: readonly Frame[], declared: Declared): Standing => {
  const inside = open.findLast(({ kind }) => NOWHERE[kind] !== undefined);
  if (inside !== undefined) return nowhere(`it stands inside ${NOWHERE[inside.kind]}`);
  const kind = open.at(-1)?.kind;
  if (kind === "arithmetic" || kind === "bracket") return { kind: "number" };
  if (kind === "comment") return { kind: "plain" };
  const quotes = kind === "double" || kind === "single" || kind === "ansi" ? kind : "plain";
  const evaluation = evaluationAt(open, declared);
  if (evaluation === undefined) return { kind: quotes };
  if (isGuard(evaluation)) return { kind: quotes, guard: evaluation };
  return evaluation === "number" ? counted(quotes) : nowhere(evaluation.problem);
};

/** Of the command there, and of those around it that read what this one prints. */
const evaluationAt = (open: readonly Frame[], declared: Declared): Evaluation | Guard | undefined => {
  const here = commandsOf(open);
  const own = evaluationOf(here.line, declared);
  if (own !== undefined && !isGuard(own)) return own;
  let inner: CommandLine = here.line;
  for (let at = open.indexOf(here) - 1; at >= 0; at--) {
    const { kind, line } = open[at] as Frame;
    if ((kind === "arithmetic" || kind === "bracket") && PRINTERS.has(inner.name)) return "number";
    if (kind !== "commands") continue;
    const opening = open[at + 1]?.opening;
    const found = opening === "(" ? undefined : evaluatesOutput(line, declared, inner, opening === "<(");
    if (found !== undefined) return found;
    inner = line;
  }
  return own;
};
