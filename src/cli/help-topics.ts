/** What `wf help` can tell beside the commands. */
import { EXIT_CODES } from "./exit-codes.ts";

const exitCodes = (): string =>
  [
    "Exit codes of every command; they are only ever added.",
    "",
    ...EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`),
  ].join("\n");

const TOPICS: Readonly<Record<string, () => string>> = { "exit-codes": exitCodes };

/** The text of a topic; undefined when there is no such one. */
export const helpTopic = (name: string): string | undefined => (Object.hasOwn(TOPICS, name) ? TOPICS[name]?.() : undefined);

export const TOPIC_NAMES: readonly string[] = Object.keys(TOPICS);
