/** Lanes: who shares a limit. A lane is a workflow, or a workflow and what the key of its limit gives for an input. */
import { quoted } from "./escape.ts";

const SEPARATOR = "\u001f";

/** No workflow name holds the separator, so no key can make a lane of another workflow. */
export const laneKey = (workflow: string, keyText: string | null): string =>
  keyText === null ? workflow : `${workflow}${SEPARATOR}${keyText}`;

/** `workflow "import"`, `workflow "import" with key "eu"`. */
export const describeLane = (lane: string): string => {
  const at = lane.indexOf(SEPARATOR);
  if (at < 0) return `workflow ${quoted(lane)}`;
  return `workflow ${quoted(lane.slice(0, at))} with key ${quoted(lane.slice(at + SEPARATOR.length))}`;
};

/** What `reasonDetail` says of an execution whose start a rate limit has put off. */
export const RATE_LIMITED = "rate limit";
