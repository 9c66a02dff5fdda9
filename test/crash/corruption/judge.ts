/**
 * What became of a database that was damaged: the answers it gives now, against those it gave whole.
 *
 *     harmless    every answer is as before
 *     detected    what differs says so: the opening, an execution or a question is refused as damaged, and the rest is as before
 *     findings    anything else, each with its kind
 *
 * Never acceptable, whatever is struck:
 *     state       what a pass or a reader gets of an execution or a step differs: input, results, errors, times, status, tags, whether it
 *                 is cancelled, whether its history is replayed at all
 *     event       the same of an event that a wait will take
 *     lost        an execution is not found, not listed or not taken up, and nothing says that something is damaged
 *     thrown      an error that is none of the catalogue
 *     hangs       no answer
 *
 * Acceptable, since no pass goes by it; no checksum covers it, and one for each would double what a line of a log costs:
 *     shown       failed attempts, logs, who owned what, counts, the time of the last tick, the next wake, what is known of a workflow's
 *                 file
 */
import { ABSENT, type Answers, DAMAGED } from "./observe.ts";
import { IDS } from "./fixture.ts";

export type Kind = "state" | "event" | "lost" | "thrown" | "hangs" | "shown";

export interface Finding {
  readonly kind: Kind;
  readonly question: string;
  readonly was: string;
  readonly said: string;
}

export interface Verdict {
  readonly outcome: "harmless" | "detected" | "changed";
  readonly findings: readonly Finding[];
}

const REFUSALS: readonly string[] = [DAMAGED, "!DB_UNUSABLE"];

const SHOWN = /^(?:attempts|logs|owner|cancel-asked)\/|^(?:counts|ids|latest|next-wake|last-tick|workers|workflow|strangers)$/;

export const judge = (truth: Answers, answers: Answers): Verdict => {
  const opened = answers["open"] ?? "";
  if (REFUSALS.includes(opened)) return { outcome: "detected", findings: [] };
  if (opened !== "fine") return { outcome: "changed", findings: [{ kind: "thrown", question: "open", was: "fine", said: opened }] };
  const findings: Finding[] = [];
  let isDetected = (answers["strangers"] ?? "").includes(DAMAGED);
  for (const question of new Set([...Object.keys(truth), ...Object.keys(answers)])) {
    const was = truth[question] ?? ABSENT;
    const said = answers[question] ?? ABSENT;
    if (said === was) continue;
    if (REFUSALS.includes(said)) isDetected = true;
    else findings.push({ kind: kindOf(question, said), question, was, said });
  }
  const left = findings.filter((finding) => !isToldElsewhere(finding, answers));
  const isChanged = left.some(({ kind }) => kind !== "shown");
  return { outcome: isChanged ? "changed" : isDetected ? "detected" : "harmless", findings: left };
};

const kindOf = (question: string, said: string): Kind => {
  if (said.includes("it hangs")) return "hangs";
  if (said.startsWith("!")) return "thrown";
  if (SHOWN.test(question)) return "shown";
  if (question.startsWith("events/")) return "event";
  return said === ABSENT ? "lost" : "state";
};

/** Whoever looks for a lost execution finds that something is damaged: it is listed so, under its name or under one that was struck. */
const isToldElsewhere = ({ kind, question }: Finding, answers: Answers): boolean => {
  if (kind !== "lost") return false;
  const id = question.slice(question.indexOf("/") + 1);
  const isNamed = ["list", "exec", "hist"].some((about) => REFUSALS.includes(answers[`${about}/${id}`] ?? ""));
  return isNamed || (answers["strangers"] ?? "").includes(DAMAGED);
};

/** How many executions were struck: refused, or not as before. */
export const struck = (truth: Answers, answers: Answers): readonly string[] =>
  IDS.filter((id) => ["exec", "hist", "claim"].some((about) => answers[`${about}/${id}`] !== truth[`${about}/${id}`]));

export const describeFinding = ({ kind, question, was, said }: Finding): string =>
  `${kind} ${question}: ${JSON.stringify(was.slice(0, 160))} became ${JSON.stringify(differing(was, said))}`;

const differing = (was: string, said: string): string => {
  let at = 0;
  while (at < was.length && was[at] === said[at]) at++;
  return said.length <= 160 ? said : `…${said.slice(Math.max(0, at - 40), at + 120)}`;
};
