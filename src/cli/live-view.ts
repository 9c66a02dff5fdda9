/**
 * What goes on while executions are carried, as the few lines that stand below the spinner of a terminal:
 *
 *     ⠋ order  2 steps done  3s
 *       ✓ reserve stock    120ms
 *       ▸ charge card      attempt 2  1s
 *       ↻ print label      attempt 2 of 5 in 4s
 *       ◷ payment          waits for an event, 23h 59m left
 *
 * What callers may rely on:
 *   1. No line is wider than the room, and there are never more lines than fit into it: it is cut where it must be.
 *   2. Each row is what runs, waits or comes next now; of what has finished only the newest few are shown.
 */
import { formatDuration } from "../model/duration.ts";
import { describeLane } from "../model/lane.ts";
import type { PlaceProgress, Progress } from "../model/progress.ts";
import type { StepIdentity } from "../model/records.ts";
import { cutTo, padTo, widthOf } from "./render/fit.ts";
import type { Look } from "./render/look.ts";
import { stepMark } from "./render/marks.ts";
import { line } from "./render/safe.ts";
import { isKeyOf, segmentLabel, segmentsOf } from "./render/scope.ts";
import { stepTitle } from "./render/step-title.ts";

/** Columns and rows that it may take. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

interface Row {
  readonly executionId: string;
  readonly name: string;
  readonly mark: "running" | "retrying" | "waiting";
  /** Anew at each look: times pass. */
  readonly text: (now: number) => string;
}

interface Done {
  readonly name: string;
  readonly text: string;
}

/** More rows than these tell nobody more, and push everything else off the screen. */
const MAX_ROWS = 12;
/** Of what has finished. */
const DONE_SHOWN = 3;
const MAX_NAME = 40;
/** Left of a row: `  ▸ `. */
const MARGIN = 4;
const GAP = "  ";

export class LiveView {
  readonly #alone: string | undefined;
  readonly #startedAt: number;
  readonly #rows = new Map<string, Row>();
  readonly #workflows = new Map<string, string>();
  #done: readonly Done[] = [];
  #doneCount = 0;

  /** @param alone the one execution that is carried: its rows need not say which they are of */
  constructor(alone: string | undefined, now: number) {
    this.#alone = alone;
    this.#startedAt = now;
  }

  follow(progress: Progress): void {
    const { executionId } = progress;
    switch (progress.type) {
      case "pass-started":
        this.#workflows.set(executionId, line(progress.workflow));
        return void this.#rows.delete(placeKey(executionId));
      case "step-started":
        return this.#put(progress, "running", (now) => runningText(progress.attempt, now - progress.at));
      case "step-completed":
        this.#rows.delete(keyOf(progress));
        this.#doneCount++;
        this.#done = [...this.#done, { name: this.#nameOf(progress), text: formatDuration(progress.durationMs) }].slice(-DONE_SHOWN);
        return;
      case "step-failed": {
        const { attempt, attempts, retryAt } = progress;
        if (retryAt === null) return void this.#rows.delete(keyOf(progress));
        return this.#put(progress, "retrying", (now) => `attempt ${attempt + 1} of ${attempts} ${inText(retryAt - now)}`);
      }
      case "holding":
        if (progress.step.kind === "child") return; // its own steps say how it goes
        if (!isTriedAgain(progress.step)) return this.#put(progress, "waiting", (now) => waitingText(progress.step, progress.until, now));
        // After a failure here its row says more.
        if (this.#rows.get(keyOf(progress))?.mark === "retrying") return;
        return this.#put(progress, "retrying", (now) =>
          `next attempt ${progress.until === null ? "" : inText(progress.until - now)}`.trimEnd(),
        );
      case "in-line":
        this.#rows.set(placeKey(executionId), {
          executionId,
          name: this.#isAlone(executionId) ? "" : line(executionId),
          mark: "waiting",
          text: () => placeText(progress.place),
        });
        return;
      case "left":
        for (const [key, row] of this.#rows) if (row.executionId === executionId) this.#rows.delete(key);
        return;
      case "not-stored":
      case "log":
      case "printed":
        return;
      default:
        progress satisfies never;
    }
  }

  /** The first line stands beside the spinner, which takes two columns. */
  text(look: Look, room: Room): string {
    const rows = [...this.#rows.values()];
    const limit = Math.max(0, Math.min(MAX_ROWS, room.rows - 2));
    const isCut = rows.length > limit;
    const shown = isCut ? rows.slice(0, Math.max(0, limit - 1)) : rows;
    const doneShown = this.#done.slice(Math.max(0, this.#done.length - Math.max(0, limit - rows.length)));
    const width = nameWidth([...shown, ...doneShown], room);
    const lines = [
      ...doneShown.map(({ name, text }) => rowLine({ name, text, mark: "completed" }, { width, look, room })),
      ...shown.map((row) => rowLine({ name: row.name, text: row.text(look.now), mark: row.mark }, { width, look, room })),
      ...(isCut && limit > 0 ? [look.style.dim(`  ${cutTo(`and ${rows.length - shown.length} more`, room.columns - 2, look)}`)] : []),
    ];
    return [this.#heading(look, room), ...lines].join("\n");
  }

  #heading(look: Look, room: Room): string {
    const done = this.#doneCount === 0 ? "" : `${this.#doneCount} ${this.#doneCount === 1 ? "step" : "steps"} done`;
    const seconds = wholeSeconds(look.now - this.#startedAt);
    const parts = [this.#title(seconds > 0), done, seconds === 0 ? "" : formatDuration(seconds)];
    return cutTo(parts.filter((part) => part !== "").join(GAP), room.columns - 2, look);
  }

  /** A pass begins at once, unless another process has the execution: then it is waited for. */
  #title(hasTimePassed: boolean): string {
    const own = this.#alone === undefined ? undefined : this.#workflows.get(this.#alone);
    if (own !== undefined) return own;
    if (this.#alone !== undefined && this.#workflows.size === 0 && this.#rows.size === 0 && hasTimePassed)
      return `${line(this.#alone)} is with another process`;
    const [first = "starting"] = this.#workflows.values();
    return this.#workflows.size > 1 ? `${this.#workflows.size} executions` : first;
  }

  #put(progress: { readonly executionId: string; readonly step: StepIdentity }, mark: Row["mark"], text: Row["text"]): void {
    this.#rows.set(keyOf(progress), { executionId: progress.executionId, name: this.#nameOf(progress), mark, text });
  }

  /** A child's, beside its parent's. */
  #nameOf({ executionId, step }: { readonly executionId: string; readonly step: StepIdentity }): string {
    return this.#isAlone(executionId) ? stepName(step) : `${line(executionId)} ${stepName(step)}`;
  }

  #isAlone(executionId: string): boolean {
    return this.#alone === undefined ? this.#workflows.size <= 1 : executionId === this.#alone;
  }
}

/** `scope/name`, and which repeat it is. */
export const stepName = (step: StepIdentity): string => {
  const segments = segmentsOf(step.scope);
  const labels = segments.map(segmentLabel);
  // The key of a call says which of its name it is.
  const isKeyed = step.n === 1 && isKeyOf(segments.at(-1) ?? "", step.name);
  return [...labels, ...(isKeyed ? [] : [`${stepTitle(step)}${step.n > 1 ? ` #${step.n}` : ""}`])].join("/");
};

/** What a step waits for that has failed; all others wait for what they are there for. */
export const isTriedAgain = ({ kind }: StepIdentity): boolean => !["sleep", "event", "approval", "child"].includes(kind);

export const placeText = ({ lane, limit, running, ahead }: PlaceProgress): string => {
  const before = ahead === 0 ? "it is next" : `${ahead} before it`;
  return `waits for a place: ${running} of at most ${limit} of ${describeLane(lane)} run, ${before}`;
};

const runningText = (attempt: number, ms: number): string =>
  [attempt > 1 ? `attempt ${attempt}` : "", ms < 1_000 ? "" : formatDuration(wholeSeconds(ms))].filter((part) => part !== "").join(GAP);

const waitingText = ({ kind }: StepIdentity, until: number | null, now: number): string => {
  const what = kind === "event" ? "waits for an event" : kind === "approval" ? "waits for an approval" : "";
  const left = until === null ? "" : `${formatDuration(wholeSeconds(until - now))} left`;
  return [what, left].filter((part) => part !== "").join(", ") || "waits";
};

const inText = (ms: number): string => (ms < 500 ? "now" : `in ${formatDuration(wholeSeconds(ms))}`);

/** A clock that is set back counts for nothing. */
const wholeSeconds = (ms: number): number => Math.max(0, Math.round(ms / 1_000)) * 1_000;

interface Shown {
  readonly name: string;
  readonly text: string;
  readonly mark: Row["mark"] | "completed";
}

const rowLine = (
  { name, text, mark }: Shown,
  { width, look, room }: { readonly width: number; readonly look: Look; readonly room: Room },
): string => {
  const left = Math.max(1, room.columns - MARGIN - (width === 0 ? 0 : width + GAP.length));
  const label = width === 0 ? "" : `${padTo(cutTo(name, width, look), width)}${GAP}`;
  return `  ${stepMark(mark, look)} ${label}${look.style.dim(cutTo(text, left, look))}`.trimEnd();
};

/** At most half of the line, so that the times stay in sight. */
const nameWidth = (rows: readonly { readonly name: string }[], room: Room): number =>
  Math.min(Math.max(0, ...rows.map(({ name }) => widthOf(name))), MAX_NAME, Math.max(4, Math.floor((room.columns - MARGIN) / 2)));

const keyOf = ({ executionId, step }: { readonly executionId: string; readonly step: StepIdentity }): string =>
  [executionId, step.scope, step.kind, step.name, step.n].join("\n");

/** Among steps: no step has this key. */
const placeKey = (executionId: string): string => `${executionId}\n`;
