/** A project in which nothing was run so far: it has no database, and to a command that only looks this is no error. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "./command.ts";

/** Whether a failure says no more than that. A WAL without its database is no such case: something is missing there. */
export const isNothingYet = (error: unknown, context: Pick<CommandContext, "databaseFile">): boolean =>
  (error as { readonly code?: unknown } | null)?.code === "DB_UNUSABLE" && hasNothingYet(context);

export const hasNothingYet = ({ databaseFile }: Pick<CommandContext, "databaseFile">): boolean =>
  !existsSync(databaseFile) && !existsSync(`${databaseFile}-wal`);

export const hasWorkflowsFolder = ({ root }: Pick<CommandContext, "root">): boolean => existsSync(join(root, "workflows"));
