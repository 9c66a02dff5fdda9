/**
 * What completion in a shell asks of a project, composed of as little as possible: a person waits for it between two keys.
 *
 * Nothing is made, and no code of the project runs. A project of another user is not looked into, as anywhere else.
 */
import { findProject } from "./host/project.ts";
import { writtenNames } from "./host/written-names.ts";
import { type Names, openNames } from "./sqlite/names.ts";

export type { NamedExecution } from "./sqlite/names.ts";

export interface ProjectNames {
  /** Undefined where there is no database that could be asked. */
  readonly stored: Names | undefined;
  /** Names of workflows in the files. */
  written(): readonly string[];
}

export const openProjectNames = (place: { readonly cwd: string; readonly dir?: string; readonly db?: string }): ProjectNames => {
  const found = findProject(place);
  if (!found.ok) return { stored: undefined, written: () => [] };
  const { root, databaseFile, hasDatabase } = found.value;
  return { stored: hasDatabase ? openNames(databaseFile) : undefined, written: () => writtenNames(root) };
};
