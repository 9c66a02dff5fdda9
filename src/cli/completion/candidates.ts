/**
 * What may stand for a placeholder, from the command, the files and the database.
 *
 * What callers may rely on:
 *   1. All have the typed text before them, and none holds a character that a terminal acts on.
 *   2. What they have in common has everything that could be meant in common: where there are too many ids for a list, the newest are given
 *      and, for each character that can follow, the first and the last. Shells type on as far as all candidates agree.
 */
import { EXECUTION_STATUSES, TERMINAL_STATUSES } from "../../model/status.ts";
import { namesOf } from "../../model/step-reference.ts";
import type { StepIdentity } from "../../model/records.ts";
import type { NamedExecution, ProjectNames } from "../../open-names.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

export interface Wanted {
  readonly placeholder: string;
  readonly flag: string | undefined;
  readonly text: string;
  readonly args: readonly string[];
  /** Name of the command. */
  readonly command: string;
}

type Source = (names: ProjectNames, wanted: Wanted) => readonly Candidate[];

/** More are no help on a screen. */
const MANY = 100;
const NEWEST = 20;
/** Among so many the newest that fit are looked for. */
const NEWEST_AMONG = 200;
/** Comes after everything that an id may hold. */
const ID_END = "\u007f";

const unfinished = EXECUTION_STATUSES.filter((status) => !(TERMINAL_STATUSES as readonly string[]).includes(status));

/** What a command can do something with is offered first, where nothing was typed yet. */
const LIKELY: Readonly<Record<string, readonly string[]>> = {
  cancel: unfinished,
  pause: unfinished,
  wait: unfinished,
  send: unfinished,
  resume: ["paused", "blocked", "sleeping", "waiting"],
  wake: ["sleeping", "waiting", "pending"],
  retry: ["failed"],
  restart: ["blocked"],
  resolve: ["blocked", "failed"],
};

const workflows: Source = ({ stored, written }) => plain([...new Set([...written(), ...(stored?.workflows() ?? [])])].sort());

const executions: Source = ({ stored }, { text, command, args }) => {
  if (stored === undefined) return [];
  if (command === "approve" || command === "reject") {
    const asked = stored.approvals(MANY).map(({ executionId, name }) => ({ value: executionId, description: name }));
    if (asked.some(({ value }) => value.startsWith(text))) return [...new Map(asked.map((one) => [one.value, one])).values()];
  }
  const found = text === "" ? newest(stored, LIKELY[command]) : startingWith(stored, text);
  const last = "@last".startsWith(text) && stored.newest(1).length > 0 ? [{ value: "@last", description: "the newest execution" }] : [];
  return [...last, ...found.filter(({ id }) => !args.includes(id)).map(ofExecution)];
};

type Stored = NonNullable<ProjectNames["stored"]>;

const newest = (stored: Stored, statuses: readonly string[] | undefined): readonly NamedExecution[] => {
  const likely = (statuses ?? []).flatMap((status) => stored.newestOf(status, NEWEST));
  return likely.length > 0 ? likely : stored.newest(NEWEST);
};

const startingWith = (stored: Stored, text: string): readonly NamedExecution[] => {
  const end = text + ID_END;
  const found = stored.from(text, end, MANY + 1);
  if (found.length <= MANY) return found;
  const recent = stored.newest(NEWEST_AMONG).filter(({ id }) => id.startsWith(text));
  const all = [...recent.slice(0, NEWEST), ...firstAndLast(stored, text, end)];
  return [...new Map(all.map((one) => [one.id, one])).values()];
};

/** Of each group that goes on with the same character; no id has more than some seventy. */
const firstAndLast = (stored: Stored, text: string, end: string): readonly NamedExecution[] => {
  const found: NamedExecution[] = [];
  for (let from = text, turn = 0; turn < 80; turn++) {
    const [first] = stored.from(from, end, 1);
    if (first === undefined) break;
    from = first.id.slice(0, text.length + 1) + ID_END;
    const last = stored.lastOf(first.id, from);
    found.push(first, ...(last === undefined ? [] : [last]));
  }
  return found;
};

const ofExecution = ({ id, workflow, status }: NamedExecution): Candidate => ({ value: id, description: `${workflow} ${status}` });

const stepsOf = ({ stored }: ProjectNames, reference: string | undefined) => {
  if (stored === undefined || reference === undefined) return [];
  const meant = reference === "@last" ? stored.newest(1) : stored.from(reference, reference + ID_END, 2);
  const id = meant.find(({ id }) => id === reference)?.id ?? (meant.length === 1 ? meant[0]?.id : undefined);
  return id === undefined ? [] : stored.steps(id);
};

const steps: Source = (names, { args }) => {
  const found = stepsOf(names, args[0]);
  const references = namesOf(found as readonly StepIdentity[]);
  return found.map(({ kind, status }, index) => ({ value: references[index] ?? "", description: `${kind} ${status}` }));
};

const awaited =
  (kind: string): Source =>
  (names, { args }) => {
    const found = stepsOf(names, args[0]).filter((step) => step.kind === kind);
    const waiting = found.filter(({ status }) => status === "waiting");
    const namesFound = new Map((waiting.length > 0 ? waiting : found).map(({ name, status }) => [name, status]));
    return [...namesFound].map(([value, status]) => ({ value, description: status }));
  };

/** Keys of what the workflow was given last: its values are nobody's business here. */
const inputKeys: Source = ({ stored }, { args, text }) => {
  if (text.includes("=")) return [];
  try {
    const input: unknown = JSON.parse(stored?.lastInput(args[0] ?? "") ?? "null");
    const keys = typeof input === "object" && input !== null && !Array.isArray(input) ? Object.keys(input) : [];
    const isNew = (key: string): boolean => !args.some((word) => word.startsWith(`${key}=`) || word.startsWith(`${key}:=`));
    return plain(keys.filter((key) => /^[\w.-]+$/.test(key) && isNew(key)).map((key) => `${key}=`));
  } catch {
    return [];
  }
};

const withEquals =
  (source: Source): Source =>
  (names, wanted) =>
    source(names, wanted).map(({ value, description }) => ({ value: `${value}=`, description }));

/** Several, separated by commas: the last one is being typed. */
const listOf =
  (values: readonly string[]): Source =>
  (_, { text }) => {
    const before = text.slice(0, text.lastIndexOf(",") + 1);
    const given = before.split(",");
    return plain(values.filter((value) => !given.includes(value)).map((value) => before + value));
  };

const plain = (values: readonly string[]): readonly Candidate[] => values.map((value) => ({ value, description: "" }));

/** By flag, where the placeholder says too little, then by placeholder. */
const SOURCES: Readonly<Record<string, Source>> = {
  "--workflow": workflows,
  "--step": steps,
  id: executions,
  ids: executions,
  workflow: workflows,
  "workflow|id": (names, wanted) => [...workflows(names, wanted), ...executions(names, wanted)],
  step: steps,
  "step=json": withEquals(steps),
  event: awaited("event"),
  name: awaited("approval"),
  inputs: inputKeys,
  status: listOf(EXECUTION_STATUSES),
  statuses: listOf(EXECUTION_STATUSES),
  states: listOf(EXECUTION_STATUSES),
};

const FILES = ["file", "bundle", "backup", "target"];
const FOLDERS = ["path", "folder"];

/** What the shell knows better: names of files. */
export const kindOf = ({ placeholder }: Pick<Wanted, "placeholder">): "words" | "files" | "folders" =>
  FILES.includes(placeholder) ? "files" : FOLDERS.includes(placeholder) ? "folders" : "words";

/** @param choices what the command says that a placeholder takes */
export const candidatesFor = (wanted: Wanted, names: ProjectNames, choices: readonly string[] | undefined): readonly Candidate[] => {
  const source = choices === undefined ? sourceOf(wanted) : listOf(choices);
  return (source?.(names, wanted) ?? []).filter(({ value }) => value.startsWith(wanted.text) && !/\p{Cc}/u.test(value));
};

const sourceOf = ({ flag, placeholder, command }: Wanted): Source | undefined => {
  // A name of nothing that is known: `wf new <name>`.
  if (placeholder === "name" && command !== "approve" && command !== "reject" && flag === undefined) return undefined;
  return SOURCES[flag ?? ""] ?? SOURCES[placeholder];
};
