/** Errors about schedules. */
import { entry } from "./catalogue-entry.ts";

export const SCHEDULE_ERRORS = {
  SCHEDULE_NOT_FOUND: entry<{ name: string; isWorkflow: boolean; suggestion: string | undefined }>({
    exit: 4,
    http: 404,
    as: "ValidationError",
    message: ({ name, isWorkflow }) => (isWorkflow ? `Workflow "${name}" has no schedule` : `There is no schedule "${name}"`),
    hint: ({ isWorkflow, suggestion }) => {
      if (isWorkflow) return 'Give its definition one, as in schedule: { cron: "0 9 * * MON" }.';
      return suggestion === undefined ? "`wf schedule list` shows those there are." : `Did you mean "${suggestion}"?`;
    },
  }),
  SCHEDULE_WINDOW: entry<{ problem: string }>({
    exit: 2,
    http: 422,
    as: "ValidationError",
    message: ({ problem }) => problem,
    hint: "Give --from and --to such that there are 1 to 1000 slots between them.",
  }),
} as const;
