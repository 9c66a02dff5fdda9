/** Which executions are asked for: the options that `wf status` filters with. */
import type { ListFilter } from "../model/client.ts";
import { parseDuration } from "../model/duration.ts";
import { parseInstant } from "../model/instant.ts";
import { EXECUTION_STATUSES } from "../model/status.ts";
import type { Invocation, OptionTable } from "./command.ts";
import { choicesOption, countOption, pairsOption, textOption, usage } from "./option-values.ts";

export const FILTER_OPTIONS: OptionTable = {
  "--status <statuses>": `of these statuses, with commas between: ${EXECUTION_STATUSES.join(", ")}`,
  "--workflow <name>": "of this workflow",
  "--tag <k=v...>": "with this tag; may be repeated",
  "--since <when>": 'created since then: a duration such as "2h", or a time such as "2026-03-01"',
  "--limit <count>": "at most so many, the newest (default: 20)",
};

/** What the engine gives at most. */
const MAX_LIMIT = 10_000;

/** @throws ValidationError that names the flag */
export const readFilter = (options: Invocation["options"], now: number): ListFilter => {
  const statuses = choicesOption(options, "status", EXECUTION_STATUSES);
  const workflow = textOption(options, "workflow");
  const tags = pairsOption(options, "tag");
  const since = sinceOption(options, now);
  const limit = countOption(options, "limit", MAX_LIMIT);
  return {
    ...(statuses === undefined ? {} : { statuses }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(tags === undefined ? {} : { tags }),
    ...(since === undefined ? {} : { since }),
    ...(limit === undefined ? {} : { limit }),
  };
};

/** The flags among `FILTER_OPTIONS` that were given. */
export const givenFilters = (options: Invocation["options"]): readonly string[] =>
  ["status", "workflow", "tag", "since", "limit"].filter((key) => options[key] !== undefined).map((key) => `--${key}`);

/** `--since` as ms since the epoch. @throws ValidationError that names the flag */
export const sinceOption = (options: Invocation["options"], now: number): number | undefined => {
  const text = textOption(options, "since");
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration.ok) return now - duration.ms;
  const instant = parseInstant(text, now);
  if (!instant.ok) throw usage(`--since: ${instant.problem}`, 'Give a duration such as "2h", or a time such as "2026-03-01 09:00".');
  // A time of day alone means the next one, and "since" looks back.
  return instant.at > now && /^\s*\d?\d:\d\d/.test(text) ? instant.at - DAY_MS : instant.at;
};

const DAY_MS = 24 * 60 * 60_000;
