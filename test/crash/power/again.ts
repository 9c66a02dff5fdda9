/**
 * Builds one state again: `bun again.ts <folder of the recording> <seed> <events> <way>`.
 *
 * Says what is found in it and what became of each pending change, and leaves its files in a folder `state` beside the recording.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Disk, type Fate } from "./disk.ts";
import { recordingIn } from "./record.ts";
import { again, fateOf } from "./replay.ts";

const [, , folder = "", ...numbers] = process.argv;
const [seed = 1, after = 0, way = 0] = numbers.map(Number);
const { events } = recordingIn(folder);

const changes = events.slice(0, after).filter((event) => event.what !== "acknowledged");
const disk = new Disk();
for (const change of changes) disk.apply(change);
const pending = disk.pending();
const fates = new Map(pending.map((order) => [order, "lost"]));
const fate = fateOf({ seed, after, way }, pending);
const told: Fate = {
  keepsName: (order) => noted(order, fate.keepsName(order)),
  keeps: (order) => noted(order, fate.keeps(order)),
  tears: (order) => {
    const isTorn = fate.tears(order);
    if (isTorn) fates.set(order, "torn");
    return isTorn;
  },
  keepsSector: () => fate.keepsSector(),
  hasNoise: fate.hasNoise,
};
function noted(order: number, isKept: boolean): boolean {
  fates.set(order, isKept ? "kept" : "lost");
  return isKept;
}
disk.fail(told);
for (const [order, outcome] of fates) {
  const { what, ...rest } = changes[order] ?? { what: "unknown" };
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${value instanceof Uint8Array ? `${value.length} bytes` : value}`);
  console.log(`${outcome}  ${what} ${facts.join(" ")}`);
}

const { tally, files } = await again(events, { seed, after, way });
const state = join(folder, "state");
rmSync(state, { recursive: true, force: true });
mkdirSync(state);
for (const [name, bytes] of files) writeFileSync(join(state, name), bytes, { mode: 0o600 });
console.log(`files in ${state}`);
for (const failure of tally.failures) console.log(failure);
