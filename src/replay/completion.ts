/**
 * What a completed row gives to the code that waits for it.
 *
 * Live and replayed completions both come through here, from the stored text, so they can never differ.
 */
import { decodeValue, type Secrets } from "../model/codec/decode.ts";
import type { StepRecord } from "../model/records.ts";

export type DecodeError = (errorText: string) => Error;

export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Error };

export interface Decoding {
  readonly decodeError: DecodeError;
  readonly secrets?: Secrets;
}

export const decodeOutcome = (step: StepRecord, { decodeError, secrets }: Decoding): Outcome =>
  step.status === "failed"
    ? { ok: false, error: decodeError(step.errorText ?? "") }
    : { ok: true, value: step.outputText === null ? undefined : decodeValue(step.outputText, secrets) };

/**
 * It has a result and no place in the order: its execution was taken up again from an earlier step, or the result was given by hand. It
 * completes, with that result, when the code asks for it; the code may never do so.
 */
export const isLoose = ({ order, status }: StepRecord): boolean => order === null && (status === "completed" || status === "skipped");
