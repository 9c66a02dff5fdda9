/**
 * Who this process is, and whether another is still alive.
 *
 * A process id alone says little: it is reused within minutes, starts anew with each boot, and means another process in another container.
 * So an identity is host and process-id namespace, boot, pid and start time, and an owner that died is known at once, without a lease to
 * wait for. What callers may rely on: `alive` and `dead` are certain; whatever cannot be known is `unknown`.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Processes } from "../engine/host.ts";
import type { ProcessIdentity } from "../model/records.ts";
import { lookUp, type Look } from "./process-table.ts";

export type Liveness = ReturnType<Processes["liveness"]>;

export const systemProcesses: Processes = {
  get self() {
    return (self ??= identify());
  },
  liveness: (identity) => livenessOf(identity, systemProcesses.self, lookUp),
};

/** Not at import: most commands that only read never ask. */
let self: ProcessIdentity | undefined;

/** The decision, for any process seen from `viewer`. */
export const livenessOf = (identity: ProcessIdentity, viewer: ProcessIdentity, look: Look): Liveness => {
  if (identity.host !== viewer.host) return "unknown";
  if (isKnown(identity.bootId) && isKnown(viewer.bootId) && identity.bootId !== viewer.bootId) return "dead";
  // 0 and negative numbers mean groups of processes to the system.
  if (!Number.isSafeInteger(identity.pid) || identity.pid <= 0) return "unknown";
  const sighting = look(identity.pid);
  switch (sighting.kind) {
    case "gone":
      return "dead";
    case "hidden":
      return "unknown";
    case "seen":
      if (sighting.isZombie) return "dead";
      if (!isKnown(identity.startTime)) return "unknown";
      return sighting.startTime === identity.startTime ? "alive" : "dead";
    default:
      return sighting satisfies never;
  }
};

const isKnown = (part: string): boolean => part !== "";

const identify = (): ProcessIdentity => {
  const sighting = lookUp(process.pid);
  return {
    host: `${hostname()}/${namespaceOf()}`,
    bootId: bootId(),
    pid: process.pid,
    startTime: sighting.kind === "seen" ? sighting.startTime : "",
  };
};

/** The inode in `pid:[4026531836]`; "" where there are no such namespaces. */
const namespaceOf = (): string => attempt(() => readlinkSync("/proc/self/ns/pid").replace(/\D/g, ""));

const bootId = (): string =>
  process.platform === "darwin"
    ? attempt(() => Bun.spawnSync(["sysctl", "-n", "kern.bootsessionuuid"]).stdout.toString().trim())
    : attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());

/** A part that the system does not tell is left empty, and then decides nothing. */
const attempt = (read: () => string): string => {
  try {
    return read();
  } catch {
    return "";
  }
};
