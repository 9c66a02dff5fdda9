/**
 * The composition root: the only file that knows every adapter.
 *
 * Everything is imported where it is needed, so that a `wf tick` with nothing due loads the store and nothing else.
 */
import type { Store, StoreHost } from "./engine/store.ts";
import type { Host } from "./engine/host.ts";
import type { Client } from "./model/client.ts";
import type { ExaminationView } from "./model/examination.ts";
import type { Maintenance } from "./model/maintenance.ts";
import type { WorkerRole } from "./model/records.ts";
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
  /** `normal` gives up the last commits on a power loss for speed; never on a crash of the process. Default `full`. */
  readonly durability?: "full" | "normal";
  /** Largest stored value, in bytes. Default 1 MiB. */
  readonly maxValueBytes?: number;
}

interface ProjectOptions extends Place, OpenOptions {
  readonly cwd: string;
  readonly role: WorkerRole;
  readonly create: boolean;
  readonly isEmbedded?: boolean;
}

/** An engine over a project's database, for programs. Binds it to the calls of `Workflow`. */
export const openEngine = async (options: OpenOptions = {}): Promise<Client> => {
  const { client } = await openProject({ cwd: process.cwd(), role: "run", create: true, isEmbedded: true, ...options });
  return client;
};

/** What the command opens. @throws DB_UNUSABLE when the file cannot be used */
export const openProject = async (options: ProjectOptions): Promise<Project> => {
  const { root, databaseFile, hasDatabase } = locateProject(options);
  const [{ openSqliteStore }, { systemHost }, { WorkflowEngine }, { bindClient }] = await Promise.all([
    import("./sqlite/sqlite-store.ts"),
    import("./host/host.ts"),
    import("./engine/engine.ts"),
    import("./model/bound-client.ts"),
  ]);
  const host = systemHost({ root, virtual: await virtualModules() });
  const { create, durability = "full" } = options;
  const open = (): Promise<Store> => openSqliteStore({ file: databaseFile, create, durability, host: storeHost(host) });
  // A file that is there is opened at once, so that one that cannot be used is told before anything else.
  const store = hasDatabase || !create ? await open() : (await import("./sqlite/lazy-store.ts")).lazyStore(open);
  const { maxValueBytes } = options;
  const client = new WorkflowEngine({
    ...{ store, host, role: options.role, version: await version(), isEmbedded: options.isEmbedded ?? false },
    ...(maxValueBytes === undefined ? {} : { maxValueBytes }),
  });
  bindClient(() => client);
  return { client, root, databaseFile, close: () => client.close() };
};

/** For looking after the database. @throws DB_UNUSABLE when the file cannot be used */
export const openMaintenance = async (place: Place): Promise<Maintenance> => {
  const { root, databaseFile } = locateProject(place);
  const [{ DatabaseConnection }, { SqliteMaintenance }, { systemHost }, { unwrap }] = await Promise.all([
    import("./sqlite/connection.ts"),
    import("./sqlite/maintenance.ts"),
    import("./host/host.ts"),
    import("./model/result.ts"),
  ]);
  const options = { create: false, host: storeHost(systemHost({ root, virtual: await virtualModules() })) };
  return new SqliteMaintenance(unwrap(await DatabaseConnection.open(databaseFile, options)), options);
};

/** The oldest Bun that wf was tested with; `engines` of package.json says the same. */
const OLDEST_BUN = "1.4.5";

/** For `wf doctor`: nothing is thrown for what is wrong with the database. */
export const examineProject = async (place: Place & { readonly isThorough: boolean }): Promise<ExaminationView> => {
  const { root, databaseFile } = locateProject(place);
  const [{ examine }, { systemHost }] = await Promise.all([import("./sqlite/examine.ts"), import("./host/host.ts")]);
  const host = storeHost(systemHost({ root, virtual: await virtualModules() }));
  const runtime = { name: "Bun", version: Bun.version, needs: OLDEST_BUN };
  return examine({ file: databaseFile, host, runtime, isThorough: place.isThorough });
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

/** By its path: the public entry itself exports `openEngine`, and is needed here only when a workflow file imports it. */
const PUBLIC_ENTRY = new URL("./index.ts", import.meta.url).href;

const virtualModules = async () => {
  const { ownModule } = await import("./host/virtual-modules.ts");
  return {
    wflite: () => import(PUBLIC_ENTRY) as Promise<unknown>,
    zod: ownModule("zod"),
    "zod/v4": ownModule("zod/v4"),
    "zod/mini": ownModule("zod/mini"),
  };
};

const version = async (): Promise<string> => (await import("../package.json", { with: { type: "json" } })).default.version;
