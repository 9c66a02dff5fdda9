/**
 * What goes on while executions are carried, on standard error: a spinner on a terminal, else a line for each thing that ends.
 *
 * Failed attempts and log lines are lines in both: they must not vanish. What callers may rely on:
 *   1. Nothing is written to standard output.
 *   2. The listener never throws, and after `stop` nothing is written.
 */
import { formatDuration } from "../model/duration.ts";
import { describeLane } from "../model/lane.ts";
import { toIso } from "../model/instant.ts";
import type { PlaceProgress, Progress, ProgressListener } from "../model/progress.ts";
import type { LogRecord, StepIdentity } from "../model/records.ts";
import type { CommandContext } from "./command.ts";
import { instant } from "./render/age.ts";
import { type Look, lookOf } from "./render/look.ts";
import { stepMark } from "./render/marks.ts";
import { block, line } from "./render/safe.ts";
import { segmentLabel, segmentsOf } from "./render/scope.ts";
import { stepTitle } from "./render/step-title.ts";

export interface ProgressDisplay {
  readonly listener: ProgressListener;
  stop(): void;
}

export interface ProgressOptions {
  /** The one execution that is carried: its lines need not say which they are of; those of its children do. */
  readonly alone?: string | undefined;
}

export const watchProgress = async (context: CommandContext, { alone }: ProgressOptions): Promise<ProgressDisplay> => {
  const { out, signal } = context;
  const spinner = await out.spinner("starting");
  const busy = new Busy(alone);
  const news = new News();
  let isOver = false;
  const lookNow = (): Look => ({ ...lookOf(context), style: out.noteStyle });
  const stopping = (): void => out.note("stopping at the next commit; once more stops at once");
  signal.addEventListener("abort", stopping, { once: true });
  return {
    listener(progress) {
      if (isOver) return;
      const text = news.isNews(progress) ? lineOf(progress, lookNow()) : undefined;
      if (text !== undefined && (spinner === undefined || mustStay(progress))) {
        out.note(progress.executionId === alone ? text : `${out.noteStyle.dim(line(progress.executionId))}  ${text}`);
      }
      busy.follow(progress, context.now());
      spinner?.update(busy.text());
    },
    stop() {
      isOver = true;
      signal.removeEventListener("abort", stopping);
      spinner?.stop();
    },
  };
};

/** That an execution is carried is told once, and what it waits for as long as it is the same. */
class News {
  readonly #waits = new Map<string, string>();

  isNews(progress: Progress): boolean {
    const { type, executionId } = progress;
    if (type !== "pass-started" && type !== "holding") return true;
    const known = this.#waits.get(executionId);
    const wait = type === "holding" ? `${keyOf(progress)}\n${progress.until ?? ""}` : (known ?? "");
    this.#waits.set(executionId, wait);
    return known !== wait;
  }
}

const mustStay = ({ type }: Progress): boolean => type === "step-failed" || type === "not-stored" || type === "log";

function lineOf(progress: Progress, look: Look): string | undefined {
  switch (progress.type) {
    case "pass-started":
      return progress.recorded === 0
        ? `${line(progress.workflow)} started`
        : `${line(progress.workflow)} goes on after ${progress.recorded} recorded ${progress.recorded === 1 ? "step" : "steps"}`;
    case "step-started":
    case "left":
      return undefined;
    case "step-completed":
      return `${stepMark("completed", look)} ${stepName(progress.step)}  ${look.style.dim(formatDuration(progress.durationMs))}`;
    case "step-failed":
      return failedText(progress, look);
    case "holding":
      if (progress.step.kind === "child") return undefined; // its own lines say how it goes
      return `${stepMark("waiting", look)} ${stepName(progress.step)}  ${look.style.dim(untilText(progress.until, look.now))}`;
    case "in-line":
      return `${stepMark("waiting", look)} ${placeText(progress.place)}`;
    case "not-stored":
      return notStoredText(progress.error.message, progress.retryInMs);
    case "log":
      return logText(progress.entry);
    default:
      return progress satisfies never;
  }
}

function failedText({ step, attempt, attempts, error, retryAt }: Extract<Progress, { type: "step-failed" }>, look: Look): string {
  const mark = stepMark(retryAt === null ? "failed" : "retrying", look);
  const next = retryAt === null ? "" : look.style.dim(`; next attempt ${instant(toIso(retryAt), look.now)}`);
  return `${mark} ${stepName(step)}  attempt ${attempt} of ${attempts}: ${short(line(error.message))}${next}`;
}

const placeText = ({ lane, limit, running, ahead }: PlaceProgress): string => {
  const before = ahead === 0 ? "it is next" : `${ahead} before it`;
  return `waits for a place: ${running} of at most ${limit} of ${describeLane(lane)} run, ${before}`;
};

const notStoredText = (problem: string, retryInMs: number): string =>
  `cannot be stored now: ${short(line(problem))}; it is kept, and tried again in ${formatDuration(retryInMs)}`;

/** Progress is one line each; the whole message stands at the end, and in `wf history`. */
const MAX_MESSAGE = 300;
const short = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

const logText = ({ level, message, dataText }: LogRecord): string =>
  `${level}: ${block(message, "  ")}${dataText === null ? "" : ` ${line(dataText)}`}`;

const untilText = (until: number | null, now: number): string => (until === null ? "waits" : `until ${instant(toIso(until), now)}`);

/** `scope/name`, and which repeat it is. */
const stepName = (step: StepIdentity): string =>
  [...segmentsOf(step.scope).map(segmentLabel), `${stepTitle(step)}${step.n > 1 ? ` #${step.n}` : ""}`].join("/");

/** More names do not fit into a line. */
const MAX_SHOWN = 3;

/** Among steps: no step has this key. */
const IN_LINE = "";

/** What is going on right now. */
class Busy {
  readonly #alone: string | undefined;
  readonly #steps = new Map<string, string>();
  #workflow = "";

  constructor(alone: string | undefined) {
    this.#alone = alone;
  }

  follow(progress: Progress, now: number): void {
    switch (progress.type) {
      case "pass-started":
        if (this.#alone === undefined || this.#alone === progress.executionId) this.#workflow = line(progress.workflow);
        this.#steps.delete(IN_LINE);
        return;
      case "step-started":
        this.#steps.set(keyOf(progress), this.#nameOf(progress) + (progress.attempt > 1 ? ` (attempt ${progress.attempt})` : ""));
        return;
      case "holding":
        if (progress.step.kind === "child") return;
        this.#steps.set(keyOf(progress), `${this.#nameOf(progress)} ${untilText(progress.until, now)}`);
        return;
      case "step-completed":
      case "step-failed":
        this.#steps.delete(keyOf(progress));
        return;
      case "left":
        for (const key of this.#steps.keys()) if (key.startsWith(`${progress.executionId}\n`)) this.#steps.delete(key);
        return;
      case "in-line":
        this.#steps.set(IN_LINE, placeText(progress.place));
        return;
      case "not-stored":
      case "log":
        return;
      default:
        progress satisfies never;
    }
  }

  /** A child's, beside its parent's. */
  #nameOf({ executionId, step }: { readonly executionId: string; readonly step: StepIdentity }): string {
    const isChilds = this.#alone !== undefined && executionId !== this.#alone;
    return isChilds ? `${line(executionId)} ${stepName(step)}` : stepName(step);
  }

  text(): string {
    const names = [...this.#steps.values()];
    const shown = names.slice(0, MAX_SHOWN).join(", ") + (names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : "");
    return [this.#workflow, shown].filter((part) => part !== "").join(": ");
  }
}

const keyOf = ({ executionId, step }: { readonly executionId: string; readonly step: StepIdentity }): string =>
  [executionId, step.scope, step.kind, step.name, step.n].join("\n");
