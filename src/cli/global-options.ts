/** The options that every command takes; they stand alone here, so that help needs nothing else. */
import type { OptionTable } from "./command.ts";

export const GLOBAL_OPTIONS: OptionTable = {
  "--dir <path>": "the project's folder (default: the nearest one above with wf.config.ts, .wf.db or workflows/)",
  "--db <file>": "the database file (environment: WF_DB; default: .wf.db in the project's folder)",
  "-o, --output <format>": "text, json, jsonl or ids (default: text)",
  "--json": "the same as -o json",
  "-q, --quiet": "no notes and no progress on standard error",
  "--no-color": "no colour (environment: NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE)",
  "--utc": "times whole and in UTC, also on a terminal",
  "--env-file <file...>": "set variables from a file; the environment wins over files, a later file over an earlier one; may be repeated",
};

/** All but those whose name a command has for something of its own: `wf end --output <json>`. */
export const globalsBeside = (own: OptionTable = {}): OptionTable => {
  const names = new Set(Object.keys(own).flatMap(longNames));
  return Object.fromEntries(Object.entries(GLOBAL_OPTIONS).filter(([flags]) => !longNames(flags).some((name) => names.has(name))));
};

const longNames = (flags: string): readonly string[] => flags.match(/--[\w-]+/g) ?? [];
