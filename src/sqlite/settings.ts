/**
 * How every connection to `.wf.db` is set up; nothing is left to SQLite's defaults.
 *
 *     setting                 why
 *     busy_timeout            short or none: SQLite's own waiting is unfair between processes and holds the event loop; waiting is done
 *     outside
 *     journal_mode=WAL        readers and the writer do not block each other
 *     synchronous=FULL        a commit that was reported survives a power loss; NORMAL loses the last ones, which would run steps twice
 *     foreign_keys            off by default in SQLite
 *     trusted_schema=OFF      functions with side effects are refused in a schema that somebody else may have written
 *     cell_size_check         a damaged page is noticed when it is read, not when it has done harm
 *     secure_delete=FAST      deleted rows are overwritten where that costs no further page
 *     temp_store=MEMORY       no stored value ever lands in a temporary file
 *     journal_size_limit      a WAL that one long reader has let grow shrinks again
 *     fullfsync (macOS)       there, a plain fsync leaves the data in the drive's cache
 */
export type Durability = "full" | "normal";

/** "wflt". In the file's header, so that no other program's database is ever taken for ours. */
export const APPLICATION_ID = 0x77_66_6c_74;

/** Older ones can corrupt a WAL database that two connections write and checkpoint at the same instant (fixed in 3.51.3). */
export const OLDEST_SQLITE = "3.51.3";

/** A checkpoint every 1,000 pages keeps the WAL near 4 MB; past twice that it is cut back. */
const WAL_PAGES = 1_000;
const WAL_LIMIT_BYTES = 8 * 1_048_576;

/** Holds for the connection alone and touches no file. The wait comes first: the statements after it may meet a lock. */
export const connectionPragmas = (busyTimeoutMs: number): string => `
  PRAGMA busy_timeout = ${busyTimeoutMs};
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
  PRAGMA temp_store = MEMORY;`;

/** Only for a file that is known to be ours: the first of them changes the file. */
export const filePragmas = (durability: Durability, platform: string): string => `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"};
  PRAGMA wal_autocheckpoint = ${WAL_PAGES};
  PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES};
  PRAGMA secure_delete = FAST;
  ${platform === "darwin" ? "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;" : ""}`;

/** Compares dotted version numbers: negative when `a` is the older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
