/**
 * An error's record without the secrets that this process knows: in its message, stack, properties, causes, and what was thrown.
 *
 * What callers may rely on: names and codes that belong to the language, the system or wf stay, whatever is a secret, since code decides by
 * them; so an error means the same with and without its secrets.
 */
import { CATALOGUE } from "../catalogue.ts";
import { SENSITIVE } from "../cipher.ts";
import { redactJson, redactKnown } from "../known-secrets.ts";
import type { ErrorRecord } from "./error-record.ts";

/** `ENOSPC`, `ERR_INVALID_ARG_TYPE`, `SQLITE_BUSY`. */
const SYSTEM_CODE = /^(?:E[A-Z0-9]{2,20}|(?:ERR|SQLITE|ABORT)(?:_[A-Z0-9]+)*)$/;
/** Those of the language and of wf; all end alike. */
const ERROR_NAME = /^[A-Z][A-Za-z]{0,40}(?:Error|Exception)$/;

export const redactRecord = (record: ErrorRecord): ErrorRecord => {
  const { name, message, code, stack, cause, errors, props, thrown } = record;
  return {
    ...record,
    name: ERROR_NAME.test(name) ? name : redactKnown(name),
    message: redactKnown(message),
    code: code === null || SYSTEM_CODE.test(code) || Object.hasOwn(CATALOGUE, code) ? code : redactKnown(code),
    stack: stack === null ? null : redactKnown(stack),
    cause: cause === null ? null : redactRecord(cause),
    ...(errors === undefined ? {} : { errors: errors.map(redactRecord) }),
    ...(props === undefined ? {} : { props: redactJson(props) as Readonly<Record<string, unknown>> }),
    ...(thrown === undefined ? {} : { thrown: redactThrown(thrown) }),
  };
};

/** Plain JSON becomes plain JSON; of anything else with a secret in it only the message is kept. */
const redactThrown = (text: string): string => {
  if (redactKnown(text) === text) return text;
  try {
    return JSON.stringify(redactJson(JSON.parse(text)));
  } catch {
    return JSON.stringify(SENSITIVE);
  }
};
