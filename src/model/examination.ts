/**
 * `wf doctor`: what was looked at, what was found, and the command that mends it. Fields are only ever added.
 */
import type { Setting } from "./settings.ts";

export interface Finding {
  /** What was looked at: "SQLite", "mode of the database". */
  readonly what: string;
  /** `ok`, `warning`: it works, and somebody should know; `problem`: it does not work, or something can be lost. */
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
  /** A command, or what to do; null where nothing is to be done. */
  readonly next: string | null;
}

export interface ExaminationView {
  /** Every setting that holds, with where it comes from. */
  readonly settings?: readonly Setting[];
  readonly file: string;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}
