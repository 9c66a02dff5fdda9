/** The part of the catalogue of errors that is about what `wf daemon install` sets up. */
import { entry } from "./catalogue-entry.ts";
import { formatDuration } from "./duration.ts";

export const SERVICE_ERRORS = {
  SERVICE_SILENT: entry<{ kind: string; name: string; waitedMs: number; advice: string }>({
    exit: 1,
    http: 500,
    as: "WfliteError",
    message: ({ kind, name, waitedMs }) =>
      `${name} is installed, but nothing has ticked for ${formatDuration(waitedMs)}: ${kind} does not run it`,
    hint: ({ advice }) => `${advice}. \`wf daemon uninstall\` takes it away again.`,
  }),
} as const;
