/** Whether the process behind an identity is alive. */
import { expect, test } from "bun:test";
import { livenessOf, systemProcesses } from "../../src/host/processes.ts";
import { lookUp, type Look, type Sighting } from "../../src/host/process-table.ts";
import type { ProcessIdentity } from "../../src/model/records.ts";
import { SRC } from "./spawned.ts";

const VIEWER: ProcessIdentity = { host: "web-1/4026531836", bootId: "boot-a", pid: 100, startTime: "5000" };
const OTHER: ProcessIdentity = { ...VIEWER, pid: 200, startTime: "6000" };

const seeing =
  (sighting: Sighting): Look =>
  () =>
    sighting;
const ALIVE = seeing({ kind: "seen", isZombie: false, startTime: "6000" });
const unasked: Look = () => expect.unreachable("the system was asked");

test("a process with the same start time is alive", () => {
  expect(livenessOf(OTHER, VIEWER, ALIVE)).toBe("alive");
});

test("a reused process id does not bring its former owner back", () => {
  expect(livenessOf(OTHER, VIEWER, seeing({ kind: "seen", isZombie: false, startTime: "6001" }))).toBe("dead");
});

test("a process that is gone is dead, and so is a zombie", () => {
  expect(livenessOf(OTHER, VIEWER, seeing({ kind: "gone" }))).toBe("dead");
  expect(livenessOf(OTHER, VIEWER, seeing({ kind: "seen", isZombie: true, startTime: "6000" }))).toBe("dead");
});

test("a process of another host or process-id namespace is unknown, whatever its boot", () => {
  for (const host of ["web-2/4026531836", "web-1/4026532999", "web-1/"]) {
    expect(livenessOf({ ...OTHER, host }, VIEWER, unasked)).toBe("unknown");
    expect(livenessOf({ ...OTHER, host, bootId: "boot-b" }, VIEWER, unasked)).toBe("unknown");
  }
});

test("a process of an earlier boot is dead, though its id and start time exist again", () => {
  expect(livenessOf({ ...OTHER, bootId: "boot-0" }, VIEWER, ALIVE)).toBe("dead");
});

test("where the system tells no boot id, the process decides", () => {
  expect(livenessOf({ ...OTHER, bootId: "" }, VIEWER, ALIVE)).toBe("alive");
  expect(livenessOf(OTHER, { ...VIEWER, bootId: "" }, ALIVE)).toBe("alive");
  expect(livenessOf({ ...OTHER, bootId: "" }, VIEWER, seeing({ kind: "gone" }))).toBe("dead");
});

test("a process that is hidden from us is unknown, and so is one without a start time", () => {
  expect(livenessOf(OTHER, VIEWER, seeing({ kind: "hidden" }))).toBe("unknown");
  expect(livenessOf({ ...OTHER, startTime: "" }, VIEWER, ALIVE)).toBe("unknown");
  expect(livenessOf({ ...OTHER, startTime: "" }, VIEWER, seeing({ kind: "gone" }))).toBe("dead");
});

test("ids that mean groups, or nothing, are never looked up", () => {
  for (const pid of [0, -1, -200, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(livenessOf({ ...OTHER, pid }, VIEWER, unasked)).toBe("unknown");
  }
});

test("this process knows itself", () => {
  const { self } = systemProcesses;
  expect(systemProcesses.liveness(self)).toBe("alive");
  expect(systemProcesses.self).toBe(self);
  expect(self.pid).toBe(process.pid);
  for (const part of [self.host, self.bootId, self.startTime]) expect(part).not.toBe("");
  expect(systemProcesses.liveness({ ...self, startTime: `${self.startTime}0` })).toBe("dead");
  expect(systemProcesses.liveness({ ...self, bootId: "00000000-0000-0000-0000-000000000000" })).toBe("dead");
  expect(systemProcesses.liveness({ ...self, host: `${self.host}0` })).toBe("unknown");
});

test("a child is alive while it runs, as a zombie it is dead, and dead it stays", async () => {
  const script = `import { systemProcesses } from "${SRC}/host/processes.ts";
      console.log(JSON.stringify(systemProcesses.self)); setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  const identity = JSON.parse(new TextDecoder().decode(value)) as ProcessIdentity;
  expect(identity).toMatchObject({ pid: child.pid, host: systemProcesses.self.host, bootId: systemProcesses.self.bootId });
  expect(systemProcesses.liveness(identity)).toBe("alive");

  // Until this process has collected its exit status, the killed one stays in the table.
  child.kill("SIGKILL");
  let sighting = lookUp(identity.pid);
  const giveUpAt = performance.now() + 5_000;
  while (sighting.kind === "seen" && !sighting.isZombie && performance.now() < giveUpAt) sighting = lookUp(identity.pid);
  expect(systemProcesses.liveness(identity)).toBe("dead");

  await child.exited;
  expect(lookUp(identity.pid).kind).toBe("gone");
  expect(systemProcesses.liveness(identity)).toBe("dead");
});
