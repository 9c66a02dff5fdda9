/**
 * `fail`, with the catalogue of errors loaded at the first of them: a `wf step` that succeeds needs none, and loading it takes as long as
 * opening the database. Where errors are common it is loaded already, and this is a look-up.
 */
import type { fail as failNow } from "./errors.ts";

export const fail: typeof failNow = (code, data, cause) => {
  const errors = require("./errors.ts") as { readonly fail: typeof failNow };
  return errors.fail(code, data, cause);
};
