/**
 * A real PostgreSQL server, of the machine's own package, in a scratch folder with a socket there: nobody else's data are touched.
 *
 * It refuses to run as root, so there it is given to the user of the package, or to nobody. It ends with the process that started it.
 */
import { SQL } from "bun";
import { describe } from "bun:test";
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PATIENCE_MS } from "../support/patience.ts";

/** Debian keeps the programs beside the path, by version. */
const findPrograms = (): string | undefined => {
  const beside = [...new Bun.Glob("/usr/lib/postgresql/*/bin/initdb").scanSync({ absolute: true })].sort();
  const initdb = Bun.which("initdb") ?? beside.at(-1);
  return initdb === undefined ? undefined : dirname(realpathSync(initdb));
};

const PROGRAMS = findPrograms();
const IS_ROOT = process.getuid?.() === 0;
const SETPRIV = Bun.which("setpriv");

/** Without a server its tests are skipped, with the reason in their names, and the last line of the run counts them. */
export const describePostgres = (title: string, body: () => void): void => {
  if (PROGRAMS !== undefined && (!IS_ROOT || SETPRIV !== null)) describe(title, body);
  else describe["skip"](`${title} (needs PostgreSQL: apt-get install postgresql)`, body);
};

/** Far above the second that a start takes. In ms. */
const START_LIMIT_MS = PATIENCE_MS / 2;

export class PostgresServer {
  readonly folder = mkdtempSync(join(tmpdir(), "wf-postgres-"));
  readonly #owner = ownerOf(this.folder);
  readonly #fsync: string;
  #server: Bun.Subprocess | undefined;

  private constructor(fsync: string) {
    this.#fsync = fsync;
  }

  /** @param fsync off by default: processes die in tests and no machine does, so what the system has taken over is safe */
  static async start(fsync: "on" | "off" = "off"): Promise<PostgresServer> {
    const server = new PostgresServer(fsync);
    const initdb = ["initdb", "-D", server.#data, "-U", "wf", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    const { success, stderr } = Bun.spawnSync(server.#words(initdb), { stdio: ["ignore", "ignore", "pipe"] });
    if (!success) throw new Error(`initdb failed: ${stderr.toString()}`);
    await server.restart();
    return server;
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  get socket(): string {
    return join(this.folder, ".s.PGSQL.5432");
  }

  /** With a pool of its own. A `path` leads by another way than the server's own socket. */
  client(options: Partial<SQL.PostgresOrMySQLOptions> = {}): SQL {
    return new SQL({ adapter: "postgres", path: this.socket, username: "wf", database: "postgres", max: 4, ...options });
  }

  /** As a power cut would end it; nothing of a client's is lost that was committed. */
  async kill(): Promise<void> {
    this.#server?.kill("SIGQUIT");
    await this.#server?.exited;
  }

  async restart(): Promise<void> {
    await this.kill(); // it may be dying still
    const log = openSync(join(this.folder, "log"), "a");
    const settings = ["listen_addresses=", `unix_socket_directories=${this.folder}`, `fsync=${this.#fsync}`, "max_connections=40"];
    const words = this.#words(["postgres", "-D", this.#data, ...settings.flatMap((setting) => ["-c", setting])]);
    this.#server = Bun.spawn(words, { stdio: ["ignore", log, log] });
    closeSync(log);
    await this.#untilReady();
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    for (const startedAt = performance.now(); performance.now() - startedAt < START_LIMIT_MS; await Bun.sleep(10)) {
      const sql = this.client({ max: 1 });
      const isReady = await sql.unsafe("SELECT 1").then(
        () => true,
        () => false,
      );
      await sql.close();
      if (isReady) return;
    }
    throw new Error(`PostgreSQL does not start: ${readFileSync(join(this.folder, "log"), "utf8")}`);
  }

  /** As the owner; a server that outlived its test would hold its folder for ever. */
  #words([program = "", ...rest]: readonly string[]): string[] {
    const words = [join(PROGRAMS ?? "", program), ...rest];
    if (SETPRIV === null) return words;
    const { uid, gid } = this.#owner;
    return [SETPRIV, ...(IS_ROOT ? [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"] : []), "--pdeathsig=QUIT", ...words];
  }
}

const ownerOf = (folder: string): { uid: number; gid: number } => {
  if (!IS_ROOT) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? [];
  const owner = { uid: Number(uid), gid: Number(gid) };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
};
