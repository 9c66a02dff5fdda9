/**
 * What a command gets beside its arguments, made from the machine and the global options.
 *
 * The project is located when something of it is first asked for, and opened on the first `client()`: help on exit codes needs neither.
 */
import { resolve } from "node:path";
import type { Client } from "../model/client.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { WorkerRole } from "../model/records.ts";
import { type Configuration, DEFAULT_CONFIGURATION } from "../model/settings.ts";
import type { CommandContext } from "./command.ts";
import type { GlobalOptions } from "./options.ts";
import type { Out } from "./out.ts";
import type { Machine } from "./machine.ts";
import type { OpenedProject, Place, ProjectOpener } from "./project.ts";

export interface OpenedContext {
  readonly context: CommandContext;
  /** Closes the project, if it was opened. */
  close(): Promise<void>;
}

export interface ContextParts {
  readonly machine: Machine;
  readonly globals: GlobalOptions;
  /** Undefined for a command that asks for no settings. */
  readonly configured: Configuration | undefined;
  readonly out: Out;
  readonly signal: AbortSignal;
}

export const openContext = async ({ machine, globals, configured, out, signal }: ContextParts): Promise<OpenedContext> => {
  const opener = await machine.opener();
  const place = placeOf(machine.cwd, globals);
  const located = once(() => {
    const project = opener.locateProject(place);
    for (const note of project.notes ?? []) out.note(note);
    return project;
  });
  let opening: Promise<OpenedProject> | undefined;
  let maintaining: Promise<Maintenance> | undefined;
  return {
    context: {
      out,
      signal,
      configuration: configured ?? DEFAULT_CONFIGURATION,
      folder: resolve(machine.cwd, globals.dir ?? ""),
      get root() {
        return located().root;
      },
      get databaseFile() {
        return located().databaseFile;
      },
      async client(options = {}): Promise<Client> {
        located();
        opening ??= open(opener, { ...place, ...(configured === undefined ? {} : { configured }) }, options);
        return (await opening).client;
      },
      async maintenance(): Promise<Maintenance> {
        located();
        return (maintaining ??= opener.openMaintenance(place));
      },
      examine: (options) => opener.examineProject({ ...place, ...options }),
      readInput: () => machine.readInput(signal),
      canAsk: machine.canAsk,
      ask: (question) => machine.ask(question, signal),
      now: () => opener.systemClock.now(),
      after: (ms, fn) => opener.systemTimers.after(ms, fn),
    },
    async close() {
      // One that could not be opened has told so already.
      const project = await opening?.catch(() => undefined);
      await project?.close();
      await (await maintaining?.catch(() => undefined))?.close();
    },
  };
};

export const placeOf = (cwd: string, { dir, db }: Pick<GlobalOptions, "dir" | "db">): Place => ({
  cwd,
  ...(dir === undefined ? {} : { dir }),
  ...(db === undefined ? {} : { db }),
});

const open = (
  opener: ProjectOpener,
  place: Place & { readonly configured?: Configuration },
  options: { readonly create?: boolean; readonly role?: WorkerRole },
): Promise<OpenedProject> => opener.openProject({ ...place, role: options.role ?? "client", create: options.create ?? false });

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};
