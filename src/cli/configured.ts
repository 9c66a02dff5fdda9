/**
 * The project's settings for a command: read before it runs, since `output` decides how it speaks.
 *
 * A configuration file that is broken is never passed over in silence: a command that acts on it does not run, one that only looks says so
 * and goes on with the defaults.
 */
import type { Configuration } from "../model/settings.ts";
import { placeOf } from "./context.ts";
import type { Machine } from "./machine.ts";
import type { GlobalOptions } from "./options.ts";
import type { Out } from "./out.ts";
import type { CommandEntry } from "./registry.ts";

export interface ConfiguredParts {
  readonly machine: Machine;
  readonly globals: GlobalOptions;
  readonly entry: Pick<CommandEntry, "config">;
  readonly out: Pick<Out, "warn">;
}

/** Undefined where the command does not ask for any. @throws ValidationError CONFIG_INVALID, for one that needs what is broken */
export const readConfigured = async ({ machine, globals, entry, out }: ConfiguredParts): Promise<Configuration | undefined> => {
  if (entry.config === "none") return undefined;
  const opener = await machine.opener();
  const reading = opener.configureProject(placeOf(machine.cwd, globals), machine.env);
  // Where there is no such place the command says so itself, when it asks for something of it.
  const configured = entry.config === "needed" ? await reading : await reading.catch(() => undefined);
  if (configured?.problem === undefined) return configured;
  if (entry.config === "needed") throw configured.problem;
  out.warn(configured.problem.message);
  return configured;
};
