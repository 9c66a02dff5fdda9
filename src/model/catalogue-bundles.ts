/** The part of the catalogue of errors that is about bundles. */
import { entry } from "./catalogue-entry.ts";

export const BUNDLE_ERRORS = {
  BUNDLE_INVALID: entry<{ problem: string; next?: string | undefined }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ problem }) => `The bundle cannot be read: ${problem}`,
    hint: ({ next }) => next ?? "Write it again with `wf export`; nothing was imported.",
  }),
  FOR_LOOKING: entry<{ id: string; withheld: string }>({
    exit: 2,
    http: 409,
    as: "ValidationError",
    message: ({ id, withheld }) =>
      `Execution "${id}" was imported without its ${withheld === "redacted" ? "" : "sensitive "}values: it can only be looked at`,
    hint: ({ withheld }) =>
      withheld === "redacted"
        ? "Import a bundle that was made without --redact."
        : "Carry it on where it was exported; sensitive values never leave the project.",
  }),
} as const;
