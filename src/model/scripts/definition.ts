/**
 * A script as a workflow: the settings of its header, checked by what checks `Workflow.define`.
 *
 * Its function is never called: who carries an execution of it starts the file.
 */
import { defineWorkflow, type WorkflowDefinition, type WorkflowOptions } from "../definition.ts";
import { fail } from "../errors.ts";
import type { ScheduleConfig } from "../schedule/config.ts";
import type { Schema } from "../schema.ts";
import type { Header } from "./header.ts";
import { inputProblem } from "./input.ts";

/** Whatever can be given to a process. */
const INPUT: Schema<unknown, unknown> = {
  "~standard": {
    version: 1,
    vendor: "wflite",
    validate: (value) => {
      const problem = inputProblem(value);
      return problem === undefined ? { value } : { issues: [{ message: problem }] };
    },
  },
};

/**
 * @param file relative to the project's root
 * @throws ValidationError DEFINITION_INVALID that names the setting
 */
export const scriptWorkflow = (file: string, header: Header): WorkflowDefinition => {
  const definition = defineWorkflow(settingsOf(file, header)) as WorkflowDefinition;
  return Object.freeze({ ...definition, script: { file, retry: retryOf(header) } });
};

const settingsOf = (file: string, header: Header): WorkflowOptions<Schema, undefined, never> => {
  const { version, description, timeout, concurrency, priority } = header;
  return {
    name: header.name ?? baseName(file),
    input: INPUT,
    ...(version === undefined ? {} : { version: whole("version", version) }),
    ...(description === undefined ? {} : { description }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(concurrency === undefined ? {} : { concurrency: { limit: whole("concurrency", concurrency) } }),
    ...(priority === undefined ? {} : { priority: whole("priority", priority) }),
    ...scheduleOf(header),
    run: () => {
      throw new Error("Bug in wflite: a script was called as a function");
    },
  };
};

const scheduleOf = ({ schedule, timezone, overlap, catchUp }: Header): { readonly schedule?: ScheduleConfig } => {
  const more = { timezone, overlap, catchUp };
  if (schedule !== undefined) return { schedule: { cron: schedule, ...present(more) } as ScheduleConfig };
  const alone = Object.keys(present(more))[0];
  if (alone !== undefined) throw fail("DEFINITION_INVALID", { problem: `${alone}: it belongs to a schedule, and there is none` });
  return {};
};

const present = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** `workflows/jobs/nightly.sh` is `nightly`. */
const baseName = (file: string): string => {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
};

const whole = (key: string, text: string): number => {
  if (!/^-?\d{1,9}$/.test(text))
    throw fail("DEFINITION_INVALID", { problem: `${key}: it takes a whole number, not ${JSON.stringify(text)}` });
  return Number(text);
};

/** What `wf step --retry` takes. */
const retryOf = ({ retry }: Header): number | null => {
  if (retry === undefined) return null;
  const times = whole("retry", retry);
  if (times < 0 || times > 9_999) throw fail("DEFINITION_INVALID", { problem: `retry: it takes 0 to 9999, not ${times}` });
  return times;
};
