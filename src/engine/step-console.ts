/**
 * What the function of a step prints through `console` is kept as log lines of that step. It is printed all the same.
 *
 * The lines ride along with the next write of their execution, that of the step's record at the latest: a crash loses no more of them than
 * of the step. While a step runs for long they go out a few times a second, for whoever follows the log. What callers may rely on:
 *   1. A line is kept with the step whose function has set off the print, however many awaits, timers and other steps there are.
 *   2. A step keeps 1 MiB of text or 10,000 lines; one line at its end says how much more there was.
 *   3. What comes after the end of the step is kept with it while its execution is still in this process, and is not kept afterwards.
 *   4. Code that prints nothing pays for nothing.
 */
import { redactKnown } from "../model/known-secrets.ts";
import type { LogLevel } from "../model/records.ts";
import type { ConsoleListener } from "./host.ts";
import { type StepAround, stepAround } from "./inside-step.ts";

const MAX_CHARACTERS = 1_048_576;
const MAX_LINES = 10_000;
/** Nobody reads on in a longer line. */
const MAX_LINE = 65_536;

interface Kept {
  characters: number;
  lines: number;
  /** Prints of which not all was kept, since that was last said. */
  dropped: number;
}

const keptOf = new WeakMap<StepAround, Kept>();

/** For `Host.onConsole`; one for all engines of the process. */
export const keepPrint: ConsoleListener = (level, text) => {
  const step = stepAround();
  if (step === undefined || step.carry.isOver) return;
  let kept = keptOf.get(step);
  if (kept === undefined) keptOf.set(step, (kept = { characters: 0, lines: 0, dropped: 0 }));
  if (isFull(kept)) kept.dropped++;
  else keepLines(step, kept, level, redactKnown(text()).split("\n"));
};

/** The function of the step has ended, or its execution leaves: to be called before that is written. */
export const endPrints = (step: StepAround): void => {
  const kept = keptOf.get(step);
  if (kept === undefined || kept.dropped === 0) return;
  const prints = kept.dropped === 1 ? "print was" : "prints were";
  add(step, "warn", `${kept.dropped} more ${prints} not kept, at least in part: a step keeps 1 MiB of text or 10000 lines`);
  kept.dropped = 0;
};

const isFull = ({ characters, lines }: Kept): boolean => lines >= MAX_LINES || characters >= MAX_CHARACTERS;

const keepLines = (step: StepAround, kept: Kept, level: LogLevel, lines: readonly string[]): void => {
  for (const line of lines) {
    const left = line.length - MAX_LINE;
    const text = left > 0 ? `${line.slice(0, MAX_LINE)}… (${left} more characters)` : line;
    if (isFull(kept)) return void kept.dropped++;
    kept.lines++;
    kept.characters += text.length;
    add(step, level, text);
  }
};

const add = ({ carry, call }: StepAround, level: LogLevel, message: string): void =>
  carry.keepPrint({
    at: carry.clock.now(),
    level,
    source: "user",
    message: message.toWellFormed(),
    dataText: null,
    step: call.identity.name,
  });
