/** What the commands answer that one begins with, as JSON. */
import { z } from "zod";
import { SHELLS } from "../../src/cli/commands/completion.ts";
import type { Made } from "../../src/cli/starting/scaffold.ts";

const made = z.strictObject({
  path: z.string(),
  what: z.enum(["created", "added", "renewed", "kept"]),
  note: z.string().exactOptional(),
}) satisfies z.ZodType<Made>;

export const initiated = z.strictObject({ folder: z.string(), files: z.array(made) });

export const newWorkflow = z.strictObject({ name: z.string(), template: z.string(), file: z.string() });

export const completion = z.strictObject({ shell: z.enum(SHELLS), script: z.string() });
