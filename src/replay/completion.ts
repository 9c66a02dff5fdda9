/**
 * What a completed row gives to the code that waits for it.
 *
 * Live and replayed completions both come through here, from the stored text, so they can never differ.
 */
import { decodeValue } from "../model/codec/decode.ts";
import type { StepRecord } from "../model/records.ts";

export type DecodeError = (errorText: string) => Error;

export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Error };

export const decodeOutcome = (step: StepRecord, decodeError: DecodeError): Outcome =>
  step.status === "failed"
    ? { ok: false, error: decodeError(step.errorText ?? "") }
    : { ok: true, value: step.outputText === null ? undefined : decodeValue(step.outputText) };
