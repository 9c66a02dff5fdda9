/**
 * Every error that a person can act on, in one table.
 *
 * An entry serves all the places where the error is seen: the message, the hint ("what next"), the exit status of the command and the HTTP
 * status of the server. Codes are stable: scripts match on them.
 */
import { entry } from "./catalogue-entry.ts";
import { BUNDLE_ERRORS } from "./catalogue-bundles.ts";
import { OPERATION_ERRORS } from "./catalogue-operations.ts";
import { SCHEDULE_ERRORS } from "./catalogue-schedules.ts";
import { SCRIPT_CALL_ERRORS } from "./catalogue-scripts-steps.ts";
import { SECRET_ERRORS } from "./catalogue-secrets.ts";
import { SOURCE_ERRORS } from "./catalogue-sources.ts";
import { SCRIPT_ERRORS } from "./catalogue-scripts.ts";
import { SERVICE_ERRORS } from "./catalogue-service.ts";
import { SHELL_ERRORS } from "./catalogue-shell.ts";
import { quoted } from "./escape.ts";

export const CATALOGUE = {
  USAGE: entry<{ problem: string; next?: string }>({
    exit: 2,
    http: 400,
    as: "ValidationError",
    message: ({ problem }) => problem,
    hint: ({ next }) => next ?? "See `wf help`.",
  }),
  OUTPUT_LOST: entry<{ problem: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ problem }) => `Standard output could not be written: ${problem}`,
    hint: "What the command has done is done; only what it had to say is cut off. `wf status` shows how things are.",
  }),
  CONFIG_INVALID: entry<{ where: string; problem: string }>({
    exit: 2,
    http: 500,
    as: "ValidationError",
    message: ({ where, problem }) => `${where}: ${problem}`,
    hint: "Mend it; docs/reference-config.md has every key. Commands that only look go on without it.",
  }),
  DEFINITION_INVALID: entry<{ problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ problem }) => `Invalid workflow definition: ${problem}`,
    hint: "Mend the definition; nothing was created.",
  }),
  NAME_INVALID: entry<{ what: string; problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ what, problem }) => `Invalid ${what}: ${problem}`,
    hint: "Names are 1 to 200 characters without control characters.",
  }),
  DURATION_INVALID: entry<{ where: string; problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ where, problem }) => `${where}: ${problem}`,
    hint: 'Durations look like "90s", "1h30m" or "3d"; a plain number is milliseconds.',
  }),
  INSTANT_INVALID: entry<{ where: string; problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ where, problem }) => `${where}: ${problem}`,
    hint: "Give a valid Date, or milliseconds since 1970, at most 100 years ahead.",
  }),
  NESTED_CALL: entry<{ call: string }>({
    exit: 1,
    http: 422,
    as: "ValidationError",
    message: ({ call }) => `${call} was asked for inside the function of a step`,
    hint: "A step is the smallest unit: call `ctx` outside of it, and let the step do one thing.",
  }),
  ID_INVALID: entry<{ id: string; problem: string }>({
    exit: 2,
    http: 400,
    as: "ValidationError",
    message: ({ id, problem }) => `Invalid execution id ${JSON.stringify(id.slice(0, 80))}: ${problem}`,
    hint: "An id is 1 to 200 of A-Z a-z 0-9 . _ : @ - and starts with a letter or digit.",
  }),
  ID_AMBIGUOUS: entry<{ prefix: string; matches: readonly string[] }>({
    exit: 2,
    http: 400,
    as: "ValidationError",
    message: ({ prefix, matches }) => `"${prefix}" is the start of several executions: ${matches.join(", ")}`,
    hint: "Give more of the id.",
  }),
  ID_TAKEN: entry<{ id: string }>({
    exit: 2,
    http: 409,
    as: "ValidationError",
    message: ({ id }) => `Execution "${id}" exists already`,
    hint: ({ id }) => `See it with \`wf status ${id}\`, or start with another --id.`,
  }),
  INPUT_MISMATCH: entry<{ id: string; workflow: string }>({
    exit: 2,
    http: 409,
    as: "ValidationError",
    message: ({ id, workflow }) => `Execution "${id}" exists already, as workflow "${workflow}" with another input`,
    hint: "The same id means the same work. Use another --id, or --if-exists replace.",
  }),
  INPUT_INVALID: entry<{ workflow: string; problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ workflow, problem }) => `Invalid input for workflow "${workflow}": ${problem}`,
    hint: ({ workflow }) => `\`wf list ${workflow} --json\` shows the input it takes; nothing was created.`,
  }),
  OUTPUT_INVALID: entry<{ what: string; problem: string }>({
    exit: 1,
    http: 500,
    as: "ValidationError",
    message: ({ what, problem }) => `The output of ${what} does not fit its schema: ${problem}`,
    hint: "Mend the schema or what is returned.",
  }),
  VALUE_UNSUPPORTED: entry<{ what: string; path: string; problem: string }>({
    exit: 1,
    http: 422,
    as: "ValidationError",
    message: ({ what, path, problem }) => `${what} cannot be stored: ${path}: ${problem}`,
    hint: "Return plain data: what structured clone carries, without functions and class instances.",
  }),
  VALUE_TOO_LARGE: entry<{ what: string; problem: string }>({
    exit: 1,
    http: 413,
    as: "ValidationError",
    message: ({ what, problem }) => `${what} cannot be stored: ${problem}`,
    hint: "Store the data in a file or table and return a reference to it.",
  }),
  WORKFLOW_NOT_FOUND: entry<{ name: string; suggestion?: string | undefined; problem?: string | undefined }>({
    exit: 4,
    http: 404,
    as: "WfliteError",
    message: ({ name, problem }) => `No workflow ${quoted(name)}${problem ? `: ${problem}` : ""}`,
    hint: ({ suggestion }) =>
      suggestion ? `Did you mean "${suggestion}"? \`wf list\` shows all.` : "`wf list` shows the workflows found.",
  }),
  WORKFLOW_BROKEN: entry<{ file: string; problem: string }>({
    exit: 2,
    http: 500,
    as: "WfliteError",
    message: ({ file, problem }) => `${file} does not load: ${problem}`,
    hint: "Mend the file; executions of it wait and lose nothing.",
  }),
  EXECUTION_NOT_FOUND: entry<{ id: string; suggestion?: string | undefined }>({
    exit: 4,
    http: 404,
    as: "WfliteError",
    message: ({ id }) => `No execution ${quoted(id)}`,
    hint: ({ suggestion }) => (suggestion ? `Did you mean "${suggestion}"?` : "`wf status` shows the executions there are."),
  }),
  EVENT_TAKEN: entry<{ executionId: string; eventId: string }>({
    exit: 75,
    http: 409,
    as: "WfliteError",
    message: ({ executionId, eventId }) => `Event "${eventId}" of execution "${executionId}" is gone: another wait has taken it`,
    hint: "The wait goes on with the next event of its name.",
  }),
  LEASE_LOST: entry<{ executionId: string; heldTerm: number; currentTerm: number | null }>({
    exit: 75,
    http: 409,
    as: "LeaseLostError",
    message: ({ executionId, heldTerm, currentTerm }) =>
      `Cannot write to execution "${executionId}" under lease term ${heldTerm}: ` +
      (currentTerm === null ? "it is gone" : `the current term is ${currentTerm}`),
    hint: "Another process owns the execution now. Drop it here; it goes on there.",
  }),
  BUSY: entry<{ file: string; waitedMs: number }>({
    exit: 75,
    http: 503,
    as: "WfliteError",
    message: ({ file, waitedMs }) => `${file} is locked by another process (waited ${Math.round(waitedMs / 1000)} s)`,
    hint: "Try again; if it stays so, look for a stopped process that holds the file.",
  }),
  DB_UNUSABLE: entry<{ file: string; problem: string; next: string }>({
    exit: 8,
    http: 503,
    as: "WfliteError",
    message: ({ file, problem }) => `${file} cannot be used: ${problem}`,
    hint: ({ next }) => next,
  }),
  STEP_TIMEOUT: entry<{ step: string; afterMs: number }>({
    exit: 1,
    http: 504,
    as: "TimeoutError",
    message: ({ step, afterMs }) => `Step "${step}" timed out after ${afterMs} ms`,
    hint: "Raise the step's `timeout`, or make the step heed `signal`.",
  }),
  DEADLINE_PASSED: entry<{ workflow: string; afterMs: number }>({
    exit: 1,
    http: 504,
    as: "TimeoutError",
    message: ({ workflow, afterMs }) => `Workflow "${workflow}" passed its deadline of ${afterMs} ms`,
    hint: "The `timeout` of a workflow counts from its start, parked time included.",
  }),
  CANCELLED: entry<{ id: string; reason?: string | undefined }>({
    exit: 6,
    http: 409,
    as: "CancelledError",
    message: ({ id, reason }) => `Execution "${id}" was cancelled${reason ? `: ${reason}` : ""}`,
    hint: "Start a new execution if the work is still wanted.",
  }),
  WAITS_ON_NOTHING: entry<{ workflow: string; after: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ workflow, after }) =>
      `Workflow "${workflow}" waits on nothing: it has not returned, and no step, sleep or event can end its wait (${after})`,
    hint: "Look for a promise that never settles, outside of `ctx` calls.",
  }),
  STRAY_ERROR: entry<{ problem: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ problem }) => `An error was thrown outside of any step's promise: ${problem}`,
    hint: "Await every promise, and catch errors inside timers and event handlers.",
  }),
  PANIC: entry<{ problem: string; code: string }>({
    exit: 7,
    http: 500,
    as: "PanicError",
    message: ({ problem }) => `System failure: ${problem}`,
    hint: "The execution is taken up again by itself; finished steps are kept.",
  }),
  CRASH_LOOP: entry<{ id: string; panics: number }>({
    exit: 7,
    http: 500,
    as: "PanicError",
    message: ({ panics }) => `Its process died ${panics} times without finishing a step`,
    hint: ({ id }) => `Mend the cause, then \`wf restart ${id}\`.`,
  }),
  CORRUPT: entry<{ what: string; problem: string }>({
    exit: 7,
    http: 500,
    as: "StateCorruptionError",
    message: ({ what, problem }) => `Stored state of ${what} is damaged: ${problem}`,
    hint: "Nothing runs on damaged state. `wf db repair` shows what can be done.",
  }),
  TRANSACTION_REFUSED: entry<{ problem: string; next: string }>({
    exit: 1,
    http: 422,
    as: "ValidationError",
    message: ({ problem }) => `Cannot run the transaction: ${problem}`,
    hint: ({ next }) => next,
  }),
  TRANSACTION_OPEN: entry<{ file: string }>({
    exit: 1,
    http: 409,
    as: "WfliteError",
    message: ({ file }) => `Cannot begin a transaction: the connection to ${file} is inside another one`,
    hint: "Give it a connection of its own, or end the other transaction in the turn in which it began.",
  }),
  TRANSACTION_TABLE: entry<{ problem: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ problem }) => `The table wflite_transactions cannot be made: ${problem}`,
    hint: "Let the database's user create it, or make it by hand: docs/guide-transactions.md shows how.",
  }),
  TRANSACTION_UNKNOWN: entry<{ waitedMs: number }>({
    exit: 7,
    http: 503,
    as: "PanicError",
    message: ({ waitedMs }) =>
      `The connection was lost during COMMIT, and for ${Math.round(waitedMs / 1000)} s the database has not said whether it took place`,
    hint: "The execution is taken up again by itself and asks once more; nothing is done twice.",
  }),
  CLOSED: entry<{ what: string }>({
    exit: 1,
    http: 503,
    as: "WfliteError",
    message: ({ what }) => `${what} is closed`,
    hint: "Open it again.",
  }),
  ...BUNDLE_ERRORS,
  ...OPERATION_ERRORS,
  ...SCHEDULE_ERRORS,
  ...SECRET_ERRORS,
  ...SERVICE_ERRORS,
  ...SHELL_ERRORS,
  ...SCRIPT_CALL_ERRORS,
  ...SCRIPT_ERRORS,
  ...SOURCE_ERRORS,
} as const;

export type ErrorCode = keyof typeof CATALOGUE;
export type ErrorData<Code extends ErrorCode> = Parameters<(typeof CATALOGUE)[Code]["message"]>[0];
