/** Documents that several tests show: one execution of each fate, with its steps. */
import type { ErrorView, HistoryView, OverviewView, StepView, WorkflowView } from "../../../src/model/views.ts";
import { executionOf, iso, stepOf } from "../harness.ts";

export const errorOf = (message: string, given: Partial<ErrorView> = {}): ErrorView => ({
  name: "Error",
  message,
  code: null,
  hint: null,
  stack: `Error: ${message}\n    at charge (/project/workflows/pay.ts:12:5)\n    at node:internal/timers:5:1`,
  cause: null,
  ...given,
});

const SECOND = 1_000;
const at = (seconds: number): string => iso((seconds - 10) * SECOND);
const step = (name: string, from: number, to: number | null, given: Partial<StepView> = {}): StepView =>
  stepOf({ name, startedAt: at(from), finishedAt: to === null ? null : at(to), attempts: [], output: { id: 1 }, ...given });

const failedAttempt = (attempt: number, from: number, to: number, error: ErrorView) => ({
  attempt,
  startedAt: at(from),
  finishedAt: at(to),
  error,
});

const common = { createdAt: at(0), startedAt: at(0) };

/** Ten seconds in: a retry behind it, scopes and a repeated name, an event awaited for two days, and a step between two attempts. */
export const waiting: HistoryView = {
  panics: [],
  decisions: [],
  execution: executionOf({
    ...common,
    status: "waiting",
    reason: "event",
    reasonDetail: 'event "survey"',
    wakeAt: iso(172_800_000),
    output: null,
    finishedAt: null,
  }),
  steps: [
    step("create customer", 0, 1.2),
    step("charge", 1.2, 5, {
      attempts: [
        failedAttempt(1, 1.2, 1.4, errorOf("connection refused")),
        { attempt: 2, startedAt: at(2.5), finishedAt: at(5), error: null },
      ],
    }),
    step("fetch", 5, 6, { scope: "import/eu" }),
    step("fetch", 6, 6.1, { scope: "import/eu", n: 2 }),
    step("row", 6, 6.5, { scope: "import/row=r%2f17" }),
    step("trial", 6.5, 8, { kind: "sleep" }),
    step("survey", 8, null, { kind: "event", status: "waiting", wakeAt: iso(172_800_000), order: null, output: null }),
    step("notify", 8, null, {
      status: "retrying",
      wakeAt: iso(10_000),
      order: null,
      output: null,
      attempts: [failedAttempt(1, 8, 8.01, errorOf("no route\nto host"))],
    }),
  ],
};

const declined = errorOf("card declined", { cause: errorOf("402", { name: "HttpError" }) });

/** Three attempts, then the end. */
export const failed: HistoryView = {
  panics: [],
  decisions: [],
  execution: executionOf({ ...common, status: "failed", output: null, error: declined, finishedAt: at(9) }),
  steps: [
    step("create customer", 0, 1.2),
    step("charge", 1.3, 9, {
      status: "failed",
      error: declined,
      output: null,
      attempts: [1, 2, 3].map((attempt) => failedAttempt(attempt, attempt, attempt + 0.03, declined)),
    }),
  ],
};

export const completed: HistoryView = {
  panics: [],
  decisions: [],
  execution: executionOf({ ...common, finishedAt: at(9), output: { customerId: "c1", stars: new Map([["ada", 5]]) } }),
  steps: [step("create customer", 0, 1.2), step("trial", 1.2, 9, { kind: "sleep", output: null })],
};

export const overview: OverviewView = {
  counts: { pending: 0, running: 0, sleeping: 0, waiting: 1, paused: 0, blocked: 0, completed: 12, failed: 1, cancelled: 0 },
  executions: [waiting.execution, failed.execution],
  nextWakeAt: iso(172_800_000),
  lastTickAt: iso(-10_800_000),
  warnings: ["no tick or daemon for 3h: executions are due and nothing takes them up"],
};

export const signup: WorkflowView = {
  name: "signup",
  version: 2,
  file: "workflows/signup.ts",
  description: "Welcomes a new customer, and asks how the trial went",
  schedule: null,
  input: { type: "object", properties: { email: { type: "string" }, plan: { type: "string" } }, required: ["email"] },
  error: null,
};

export const broken: WorkflowView = {
  name: null,
  version: null,
  file: "workflows/broken.ts",
  description: null,
  schedule: null,
  input: null,
  error: errorOf("Unexpected token", { name: "SyntaxError", stack: null }),
};
