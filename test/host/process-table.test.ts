/** What the system says of a process id. */
import { expect, test } from "bun:test";
import { lookUp, parseProcStat, parsePs } from "../../src/host/process-table.ts";

const AFTER_STATE = "1 4242 4242 0 -1 4194560 1500 0 2 0 10 5 0 0 20 0 8 0 987654 7000000 900 18446744073709551615 1 1 0";
const stat = (name: string, state = "S"): string => `4242 (${name}) ${state} ${AFTER_STATE}\n`;

test("the start time is the 22nd field of the line in /proc", () => {
  expect(parseProcStat(stat("bun"))).toEqual({ kind: "seen", isZombie: false, startTime: "987654" });
});

test.each(["tmux: server", "a) R 1 (b", ") R 1 (", "((sd-pam))", "", "bun) Z 0 0", "line\nbreak"])(
  "a program named %j does not shift the fields",
  (name) => {
    expect(parseProcStat(stat(name))).toEqual({ kind: "seen", isZombie: false, startTime: "987654" });
  },
);

test("Z, X and x are the states of the dead", () => {
  for (const state of ["Z", "X", "x"]) expect(parseProcStat(stat("bun", state))).toMatchObject({ isZombie: true });
  for (const state of ["R", "S", "D", "T", "t", "I", "W", "P"])
    expect(parseProcStat(stat("bun", state))).toMatchObject({ isZombie: false });
});

test("a line that is cut short proves nothing", () => {
  for (const text of ["", "4242", "4242 (bun", "4242 (bun) S 1 2 3"]) expect(parseProcStat(text)).toEqual({ kind: "hidden" });
});

test("ps gives state and start as a date", () => {
  const line = "Ss   Mon Nov  2 20:10:04 2026\n";
  expect(parsePs(line)).toEqual({ kind: "seen", isZombie: false, startTime: "Mon Nov 2 20:10:04 2026" });
  expect(parsePs("Z+   Mon Nov 22 20:10:04 2027\n")).toMatchObject({ isZombie: true });
});

test("ps gives nothing for a process that is gone", () => {
  for (const text of ["", "\n"]) expect(parsePs(text)).toEqual({ kind: "gone" });
});

test("this process is there, with the same start time each time; an impossible id is gone", () => {
  const seen = lookUp(process.pid);
  expect(seen).toMatchObject({ kind: "seen", isZombie: false });
  expect(lookUp(process.pid)).toEqual(seen);
  // The largest pid_max that Linux allows is 2^22.
  expect(lookUp(2 ** 22 + 1)).toEqual({ kind: "gone" });
});
