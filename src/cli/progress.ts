/**
 * What goes on while executions are carried, on standard error: on a terminal a few lines below a spinner, drawn again and again, else a
 * line for each thing that ends.
 *
 * Failed attempts and log lines are lines in both, above what is drawn: they must not vanish. What callers may rely on:
 *   1. Nothing is written to standard output.
 *   2. The listener never throws, and after `stop` nothing is written.
 */
import { formatDuration } from "../model/duration.ts";
import { toIso } from "../model/instant.ts";
import type { Progress, ProgressListener } from "../model/progress.ts";
import type { LogRecord, StepIdentity } from "../model/records.ts";
import type { CommandContext } from "./command.ts";
import { isTriedAgain, LiveView, placeText, stepName } from "./live-view.ts";
import type { Spinner } from "./out.ts";
import { age, instant } from "./render/age.ts";
import { wrapEach } from "./render/fit.ts";
import { paintLevel } from "./render/log-line.ts";
import { type Look, lookOf } from "./render/look.ts";
import { stepMark } from "./render/marks.ts";
import { block, line } from "./render/safe.ts";

export interface ProgressDisplay {
  readonly listener: ProgressListener;
  stop(): void;
}

export interface ProgressOptions {
  /** The one execution that is carried: its lines need not say which they are of; those of its children do. */
  readonly alone?: string | undefined;
}

/** Seconds that pass are seen within this; the spinner turns faster, and by itself. */
const REFRESH_MS = 200;
/** Thousands of steps a second are not worth a look each: 67 µs (Bun 1.4.5). */
const SOON_MS = 40;

export const watchProgress = async (context: CommandContext, { alone }: ProgressOptions): Promise<ProgressDisplay> => {
  const { out, signal } = context;
  const spinner = await out.spinner("starting");
  const news = new News();
  let [isOver, hasTold] = [false, false];
  const lookNow = (): Look => ({ ...lookOf(context), style: out.noteStyle, isTerminal: spinner !== undefined });
  let live = spinner === undefined ? undefined : drawLive(context, spinner, { alone, look: lookNow });
  const stopping = (): void => out.note("stopping at the next commit; once more stops at once");
  signal.addEventListener("abort", stopping, { once: true });
  return {
    listener(progress) {
      if (isOver) return;
      const text = news.isNews(progress) ? lineOf(progress, lookNow()) : undefined;
      if (text !== undefined && (spinner === undefined || mustStay(progress))) {
        hasTold = true;
        const whole = progress.executionId === alone ? text : `${out.noteStyle.dim(line(progress.executionId))}  ${text}`;
        out.note(spinner === undefined ? whole : wrapEach(whole, { columns: spinner.room().columns, isTerminal: true }));
      }
      live?.follow(progress);
    },
    stop() {
      isOver = true;
      signal.removeEventListener("abort", stopping);
      if (live === undefined) return;
      live.stop();
      live = undefined;
      // What was told stands apart from the result below it.
      if (hasTold && out.isTerminal && out.format === "text") out.note("");
    },
  };
};

/** What goes on, drawn anew soon after something has happened, and as time passes. */
const drawLive = (context: CommandContext, spinner: Spinner, { alone, look }: ProgressOptions & { readonly look: () => Look }) => {
  const view = new LiveView(alone, context.now());
  let isSoon = false;
  const draw = (): void => {
    spinner.update(view.text(look(), spinner.room()));
    isSoon = false;
    cancel = context.after(REFRESH_MS, draw);
  };
  let cancel = context.after(REFRESH_MS, draw);
  return {
    follow(progress: Progress): void {
      view.follow(progress);
      if (isSoon) return;
      isSoon = true;
      cancel();
      cancel = context.after(SOON_MS, draw);
    },
    stop(): void {
      cancel();
      spinner.stop();
    },
  };
};

/** That an execution is carried is told once, and what it waits for as long as it is the same; of an attempt its failure told it. */
class News {
  readonly #waits = new Map<string, string>();

  isNews(progress: Progress): boolean {
    const { type, executionId } = progress;
    if (type === "step-failed" && progress.retryAt !== null) this.#waits.set(executionId, waitKey(progress, progress.retryAt));
    if (type !== "pass-started" && type !== "holding") return true;
    const known = this.#waits.get(executionId);
    const wait = type === "holding" ? waitKey(progress, progress.until) : (known ?? "");
    this.#waits.set(executionId, wait);
    return known !== wait;
  }
}

const mustStay = ({ type }: Progress): boolean => ["step-failed", "not-stored", "log", "printed"].includes(type);

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
      return holdingText(progress, look);
    case "in-line":
      return `${stepMark("waiting", look)} ${placeText(progress.place)}`;
    case "not-stored":
      return notStoredText(progress.error.message, progress.retryInMs);
    case "log":
      return logText(progress.entry, look);
    case "printed":
      return block(progress.line, "  ");
    default:
      return progress satisfies never;
  }
}

function holdingText({ step, until }: Extract<Progress, { type: "holding" }>, look: Look): string {
  const [mark, text] = isTriedAgain(step)
    ? (["retrying", until === null ? "is tried again" : nextText(until, look)] as const)
    : (["waiting", untilText(until, look)] as const);
  return `${stepMark(mark, look)} ${stepName(step)}  ${look.style.dim(text)}`;
}

function failedText({ step, attempt, attempts, error, retryAt }: Extract<Progress, { type: "step-failed" }>, look: Look): string {
  const mark = stepMark(retryAt === null ? "failed" : "retrying", look);
  const next = retryAt === null ? "" : look.style.dim(`; ${nextText(retryAt, look)}`);
  return `${mark} ${stepName(step)}  attempt ${attempt} of ${attempts}: ${short(line(error.message))}${next}`;
}

const notStoredText = (problem: string, retryInMs: number): string =>
  `cannot be stored now: ${short(line(problem))}; it is kept, and tried again in ${formatDuration(retryInMs)}`;

/** Progress is one line each; the whole message stands at the end, and in `wf history`. */
const MAX_MESSAGE = 300;
const short = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

const logText = ({ level, message, dataText }: LogRecord, look: Look): string =>
  `${paintLevel(level, look)(`${level}:`)} ${block(message, "  ")}${dataText === null ? "" : look.style.dim(` ${line(dataText)}`)}`;

/** What is near needs no clock on a terminal. */
const nextText = (at: number, look: Look): string =>
  look.isTerminal === true && look.isUtc !== true && at - look.now < NEAR_MS
    ? `again ${age(toIso(at), look.now)}`
    : `next attempt ${instant(toIso(at), look)}`;

const NEAR_MS = 60_000;

const untilText = (until: number | null, look: Look): string => (until === null ? "waits" : `until ${instant(toIso(until), look)}`);

const waitKey = (progress: Pick<Extract<Progress, { type: "holding" }>, "executionId" | "step">, until: number | null): string =>
  `${keyOf(progress)}\n${until ?? ""}`;

const keyOf = ({ executionId, step }: { readonly executionId: string; readonly step: StepIdentity }): string =>
  [executionId, step.scope, step.kind, step.name, step.n].join("\n");
