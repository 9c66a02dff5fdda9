/**
 * What `wf check` found, a few lines for each execution:
 *
 *     ✓ signup-7f3k9q2m4d  next: step "ship"
 *     ✗ signup-b2c4d6e8f0  diverged
 *         number 3 was step "ship", and the code asks for step "send"
 *           2 step "charge"   ok
 *           3 recorded: step "ship"  code asks: step "send"
 */
import type { CheckView, NextCall } from "../../model/clients/sources.ts";
import { indentBy, wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { renderDetail } from "./reason.ts";
import { line } from "./safe.ts";

const INDENT = 4;

export const renderCheck = (checked: CheckView, look: Look): string => {
  const { style } = look;
  const isOk = checked.verdict === "ok";
  const mark =
    checked.script && isOk
      ? style.dim("-")
      : isOk
        ? style.green(look.isUnicode === false ? "+" : "✓")
        : style.red(look.isUnicode === false ? "x" : "✗");
  const head = wrapTo(`${mark} ${style.bold(line(checked.id))}  ${isOk ? nextText(checked) : style.red(checked.verdict)}`, look, "  ");
  if (checked.detail === null) return head;
  return `${head}\n${indentBy(INDENT, renderDetail(checked.detail, { ...look, columns: look.columns - INDENT }))}`;
};

const nextText = ({ next, ends, pinned, script }: CheckView): string => {
  if (script) return "a script, which is not checked";
  if (pinned) return "runs on the code of its start";
  if (ends !== null) return ends === "returns" ? "next: it ends" : "next: it fails";
  const fresh = next.filter(({ begun }) => !begun);
  if (fresh.length > 0) return `next: ${named(fresh)}`;
  return next.length > 0 ? `goes on with ${named(next)}` : "next: it waits for something that is no step";
};

const CALLS_NAMED = 3;

const named = (calls: readonly NextCall[]): string => {
  const texts = calls.slice(0, CALLS_NAMED).map(({ kind, name, n, scope }) => {
    const repeat = n > 1 ? ` (number ${n} of that name)` : "";
    return line(`${kind} "${name}"${repeat}${scope === "" ? "" : ` in scope "${scope}"`}`);
  });
  return `${texts.join(", ")}${calls.length > CALLS_NAMED ? ` and ${calls.length - CALLS_NAMED} more` : ""}`;
};

/** `12 executions checked: 10 fit the code, 2 would diverge`. */
export const checkSummary = (checked: number, problems: readonly Pick<CheckView, "verdict">[], scripts = 0): string => {
  const count = (verdict: CheckView["verdict"]): number => problems.filter((problem) => problem.verdict === verdict).length;
  const parts = [
    `${checked - problems.length} ${checked - problems.length === 1 ? "fits" : "fit"} the code`,
    told(count("diverged"), "would diverge"),
    told(count("definition-missing"), "without their workflow"),
    told(count("damaged"), "damaged"),
    told(scripts, "of scripts not checked"),
  ].filter((part) => part !== "");
  return `${checked} ${checked === 1 ? "execution" : "executions"} checked: ${parts.join(", ")}`;
};

const told = (count: number, what: string): string => (count === 0 ? "" : `${count} ${what}`);
