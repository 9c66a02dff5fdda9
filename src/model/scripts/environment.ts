/**
 * What a durable script is told by its environment, and what it hands down to the `wf` commands it calls.
 *
 * The process that carries a script sets all of them. Outside of a workflow file the script itself exports `WF_EXECUTION`, from `wf begin`.
 */
export const SCRIPT_ENVIRONMENT = {
  /** Id of the execution. */
  execution: "WF_EXECUTION",
  /** Number of the pass: the term of the owner's lease. Absent outside of a workflow file, where the owner is the script's process. */
  term: "WF_TERM",
  /** The database file, absolute. */
  database: "WF_DB",
  /** The project's folder, absolute. */
  project: "WF_PROJECT",
  /** The whole input, JSON. */
  input: "WF_INPUT",
  /** `WF_INPUT_<KEY>` for each key of an input that is an object: a string as it is, anything else as JSON. */
  inputPrefix: "WF_INPUT_",
  /** For how long a wait is held in place instead of parking the execution: whole milliseconds, or a duration such as `10m`. Absent: 0. */
  hold: "WF_HOLD",
  /** How often a step is tried again that does not say so itself, as in `wf step --retry`. Absent: 0. */
  retry: "WF_RETRY",
  /** Path of the step whose command this is, so that the steps it calls have names of their own. Set by `wf step`; absent at the top. */
  scope: "WF_SCOPE",
} as const;
