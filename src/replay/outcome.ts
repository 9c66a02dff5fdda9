/** How a pass ends, as data. Nothing here is ever thrown through user code. */
import type { StepIdentity } from "../model/records.ts";

/** The pass has parked: every promise it still holds never settles, and whatever its code does later changes nothing. */
export interface SleepInterrupt {
  readonly type: "parked";
  /** The durable waits it was left in. */
  readonly waits: readonly StepIdentity[];
}

export type PassEnd =
  | ({ readonly type: "returned"; readonly value: unknown } & Loose)
  | ({ readonly type: "threw"; readonly error: unknown } & Loose)
  /** `continueAsNew`: the same execution once more, with an empty history. */
  | ({ readonly type: "startsOver"; readonly input: unknown } & Loose)
  /**
   * What is recorded and the code does not ask for, against what it asks for instead. A completion is missed before anything new runs; a
   * wait in progress only once the code waits itself.
   */
  | { readonly type: "diverged"; readonly comparison: string; readonly isBeforeAnythingNew: boolean }
  /** A stored result that the codec cannot read, although its checksum is right. */
  | { readonly type: "undecodable"; readonly step: StepIdentity; readonly error: unknown };

/** What the function itself has come to. */
export type Ended =
  | { readonly how: "returned"; readonly value: unknown }
  | { readonly how: "threw"; readonly error: unknown }
  | { readonly how: "startsOver"; readonly input: unknown };

/** What a function leaves behind when it ends. */
export interface Loose {
  /** Calls that nobody waits for any more. */
  readonly unfinished: readonly StepIdentity[];
  /** Recorded operations in progress that the code has not asked for: a sleep that was renamed, say. */
  readonly orphans: readonly StepIdentity[];
}
