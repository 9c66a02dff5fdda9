/**
 * Why a database file is not opened: one sentence, and what to do about it.
 *
 * A value and not an error, so that the fast path of `wf tick` can look without loading the catalogue of errors.
 */
export interface Problem {
  /** Goes after "<file> cannot be used: ". */
  readonly problem: string;
  readonly next: string;
}
