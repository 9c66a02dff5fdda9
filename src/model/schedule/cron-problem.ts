/** What is wrong with a cron pattern: which field, what it holds, and what would be right. */
import { quoted } from "../escape.ts";

interface Field {
  readonly name: string;
  readonly takes: string;
}

const FIELDS: readonly Field[] = [
  { name: "minute", takes: "0 to 59" },
  { name: "hour", takes: "0 to 23" },
  { name: "day of the month", takes: "1 to 31, or L for the last" },
  { name: "month", takes: "1 to 12, or JAN to DEC" },
  { name: "day of the week", takes: "0 to 7 (0 and 7 are Sunday), or SUN to SAT" },
];

const SECOND: Field = { name: "second", takes: "0 to 59" };

const NICKNAMES = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

const SHAPE = 'write "minute hour day month weekday", as in "0 9 * * MON" for Mondays at 9:00';

/** Longer than any pattern of sense: every minute of an hour as a list has 170 characters. */
const LONGEST = 400;

/** @param refusal why the fields of a pattern cannot be read, if so */
export const cronProblem = (text: string, refusal: (text: string) => string | undefined): string | undefined => {
  if (text === "") return `an empty text is no cron pattern: ${SHAPE}`;
  if (text.length > LONGEST) return `a pattern of ${text.length} characters is too long: ${SHAPE}`;
  if (text.startsWith("@")) {
    if (NICKNAMES.includes(text.toLowerCase())) return undefined;
    return `${quoted(text)} is no name of a schedule: there are ${NICKNAMES.join(", ")}`;
  }
  const parts = text.split(" ");
  if (parts.length !== 5 && parts.length !== 6) return `${quoted(text)} has ${counted(parts.length)}: ${SHAPE}`;
  const why = refusal(text);
  return why === undefined ? undefined : (fieldProblem(parts, text, refusal) ?? `${quoted(text)} is no cron pattern (${why}): ${SHAPE}`);
};

const counted = (fields: number): string => (fields === 1 ? "one field, not five" : `${fields} fields, not five`);

/** Each field is tried alone, all others being open. */
const fieldProblem = (parts: readonly string[], text: string, refusal: (text: string) => string | undefined): string | undefined => {
  const fields = parts.length === 6 ? [SECOND, ...FIELDS] : FIELDS;
  for (const [at, { name, takes }] of fields.entries()) {
    const part = parts[at] ?? "";
    if (refusal(parts.map((_, other) => (other === at ? part : "*")).join(" ")) === undefined) continue;
    return `the ${name} ${quoted(part)} of ${quoted(text)} is not right: it takes ${takes}${hintFor(part)}`;
  }
  return undefined;
};

const hintFor = (part: string): string => {
  const wrapped = /^(\d+)-(\d+)$/.exec(part);
  if (wrapped !== null && Number(wrapped[1]) > Number(wrapped[2])) return "; a range goes upwards, so name both parts with a comma between";
  const stepped = /^(\d*)\/(\d+)$/.exec(part);
  if (stepped !== null) return `; a step follows a star or a range, as in */${stepped[2]}`;
  return "; lists have commas, ranges a dash, steps a slash, as in 1,3-5,*/10";
};
