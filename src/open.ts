/**
 * The composition root: the only file that knows every adapter.
 *
 * Everything is imported where it is needed, so that a `wf tick` with nothing due loads the store and nothing else.
 */
import type { Store, StoreHost } from "./engine/store.ts";
import type { Host } from "./engine/host.ts";
import type { Environment } from "./host/configuration.ts";
import type { SystemHost } from "./host/host.ts";
import type { Client } from "./model/client.ts";
import type { ExaminationView } from "./model/examination.ts";
import type { Maintenance } from "./model/maintenance.ts";
import type { WorkerRole } from "./model/records.ts";
import type { ScriptMachine } from "./model/scripts/machine.ts";
import type { Shell } from "./model/shell.ts";
import type { Transact } from "./model/transaction.ts";
import { type Configuration, DEFAULT_CONFIGURATION } from "./model/settings.ts";
import { systemClock } from "./host/clock.ts";
import { findProject } from "./host/project.ts";
import { systemTimers } from "./host/timers.ts";

export { systemClock, systemTimers };
export interface Place {
  readonly cwd: string;
  /** The project's folder. Default: the nearest one above `cwd`. */
  readonly dir?: string;
  /** The database file. Default: `.wf.db` in the project's folder. */
  readonly db?: string;
}

export interface Project {
  readonly client: Client;
  readonly root: string;
  readonly databaseFile: string;
  close(): Promise<void>;
}

/** @throws ValidationError, when there is no such place or it belongs to somebody else */
export const locateProject = (place: Place): { root: string; databaseFile: string; hasDatabase: boolean; notes: readonly string[] } => {
  const found = findProject(place);
  if (!found.ok) throw found.error;
  const { root, databaseFile, hasDatabase, notes } = found.value;
  return { root, databaseFile, hasDatabase, notes };
};

export interface OpenOptions extends Partial<Place> {
  readonly role?: WorkerRole;
  /** Make the database if there is none. Default true. */
  readonly create?: boolean;
  /** `normal` gives up the last commits on a power loss for speed; never on a crash of the process. Default: the project's, `full`. */
  readonly durability?: "full" | "normal";
  /** Largest stored value, in bytes. Default: the project's, 1 MiB. */
  readonly maxValueBytes?: number;
  /** Read the project's `wf.config.ts` and the variables `WF_*`. Default true. */
  readonly config?: boolean;
}

interface ProjectOptions extends Place, OpenOptions {
  readonly cwd: string;
  readonly role: WorkerRole;
  readonly create: boolean;
  readonly isEmbedded?: boolean;
  readonly configured?: Configured;
}

/** The settings of a project, with the host that has loaded them. */
export interface Configured extends Configuration {
  readonly host: SystemHost;
}

/** Reads the settings of a project; what is wrong with them is given, not thrown. */
export const configureProject = async (place: Place, env: Environment = process.env): Promise<Configured> => {
  const host = await hostOf(locateProject(place));
  return { host, ...(await host.configuration(env)) };
};

/**
 * An engine over a project's database, for programs. Binds it to the calls of `Workflow`. What the options say goes before the project's
 * settings.
 *
 * @throws ValidationError CONFIG_INVALID when `wf.config.ts` or a variable `WF_*` is not right
 */
export const openEngine = async (options: OpenOptions = {}): Promise<Client> => {
  const place = { cwd: process.cwd(), ...options };
  const configured = options.config === false ? undefined : await configureProject(place);
  if (configured?.problem !== undefined) throw configured.problem;
  const more = configured === undefined ? {} : { configured };
  const { client } = await openProject({ role: "run", create: true, isEmbedded: true, ...place, ...more });
  return client;
};

/** What the command opens; without `configured` the defaults hold. @throws DB_UNUSABLE when the file cannot be used */
export const openProject = async (options: ProjectOptions): Promise<Project> => {
  const { root, databaseFile, hasDatabase } = locateProject(options);
  const [{ openSqliteStore }, { WorkflowEngine }, { bindClient }] = await Promise.all([
    import("./sqlite/sqlite-store.ts"),
    import("./engine/engine.ts"),
    import("./model/bound-client.ts"),
  ]);
  const host = options.configured?.host ?? (await hostOf({ root, databaseFile }));
  const { settings } = options.configured ?? DEFAULT_CONFIGURATION;
  const { create, durability = settings.durability, maxValueBytes = settings.maxValueBytes } = options;
  const open = (): Promise<Store> => openSqliteStore({ file: databaseFile, create, durability, host: storeHost(host) });
  // A file that is there is opened at once, so that one that cannot be used is told before anything else.
  const store = hasDatabase || !create ? await open() : (await import("./sqlite/lazy-store.ts")).lazyStore(open);
  const client = new WorkflowEngine({
    ...{ store, host, role: options.role, version: await version(), isEmbedded: options.isEmbedded ?? false },
    ...{ maxValueBytes, defaults: settings, retention: settings.retention, transact: transactOn(host) },
    shell: shellIn(root),
    scripts: scriptsOn({ root, databaseFile }),
  });
  bindClient(() => client);
  return { client, root, databaseFile, close: () => client.close() };
};

/** For looking after the database. @throws DB_UNUSABLE when the file cannot be used */
export const openMaintenance = async (place: Place): Promise<Maintenance> => {
  const { root, databaseFile } = locateProject(place);
  const [{ DatabaseConnection }, { SqliteMaintenance }, { unwrap }] = await Promise.all([
    import("./sqlite/connection.ts"),
    import("./sqlite/maintenance.ts"),
    import("./model/result.ts"),
  ]);
  const options = { create: false, host: storeHost(await hostOf({ root, databaseFile })) };
  return new SqliteMaintenance(unwrap(await DatabaseConnection.open(databaseFile, options)), options);
};

/** The oldest Bun that wf was tested with; `engines` of package.json says the same. */
const OLDEST_BUN = "1.4.5";

/** For `wf doctor`: nothing is thrown for what is wrong with the database. */
export const examineProject = async (place: Place & { readonly isThorough: boolean }): Promise<ExaminationView> => {
  const { root, databaseFile } = locateProject(place);
  const { examine } = await import("./sqlite/examine.ts");
  const host = storeHost(await hostOf({ root, databaseFile }));
  const runtime = { name: "Bun", version: Bun.version, needs: OLDEST_BUN };
  return examine({ file: databaseFile, host, runtime, isThorough: place.isThorough });
};

const hostOf = async ({ root, databaseFile }: { readonly root: string; readonly databaseFile: string }): Promise<SystemHost> => {
  const { systemHost } = await import("./host/host.ts");
  return systemHost({ root, databaseFile, virtual: (await import("./own-modules.ts")).OWN_MODULES });
};

const storeHost = (host: Host): StoreHost => ({
  now: () => host.clock.now(),
  boot: () => host.clock.boot(),
  chance: host.chance,
  after: (ms, fn) => void host.timers.after(ms, fn),
  turn: host.timers.turn,
  self: host.processes.self,
  liveness: (identity) => host.processes.liveness(identity),
});

/** Loaded by the first transaction. */
const transactOn =
  (host: Host): Transact =>
  async (db, key, fn, limits) =>
    (await import("./transactions/transact.ts")).transact(db, key, fn, { ...limits, host });

/** Loaded by the first command. */
const shellIn =
  (root: string): Shell =>
  async (request, watch) =>
    (await import("./host/shell.ts")).shellIn(root)(request, watch);

/** Loaded by the first script. */
const scriptsOn = (place: { readonly root: string; readonly databaseFile: string }): ScriptMachine => ({
  start: async (request) => (await import("./host/scripts.ts")).scriptMachine(place).start(request),
});

const version = async (): Promise<string> => (await import("../package.json", { with: { type: "json" } })).default.version;
