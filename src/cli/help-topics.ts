/** What `wf help` can tell beside the commands. */
import { EXIT_CODES, WORST_FIRST } from "./exit-codes.ts";

const exitCodes = (): string =>
  [
    "Exit codes of every command; they are only ever added.",
    "",
    ...EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`),
    "",
    "Commands that carry executions (run, wait, resume, restart, retry, resolve,",
    "fork, rerun) give the code of the execution; of several the worst, which is the",
    `first of ${WORST_FIRST.join(", ")}. With --detach they give 0.`,
    "",
    "wf tick gives 0 when it did its duty, whatever became of the executions; with",
    "--fail-on failed,blocked it gives 1.",
    "",
    "wf step gives the code of its command, whatever that is.",
    "",
    "A reader that has had enough (wf history x | head) is no failure. Output that is",
    "lost, as on a full disk, is one: 1, though what was asked for is done.",
  ].join("\n");

const TOPICS: Readonly<Record<string, () => string>> = { "exit-codes": exitCodes };

/** The text of a topic; undefined when there is no such one. */
export const helpTopic = (name: string): string | undefined => (Object.hasOwn(TOPICS, name) ? TOPICS[name]?.() : undefined);

export const TOPIC_NAMES: readonly string[] = Object.keys(TOPICS);
