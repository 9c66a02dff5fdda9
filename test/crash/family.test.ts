/**
 * Goal: wherever the process of a parent dies, each child is there once and known to its parent, what must not run twice does not, and what
 * was done is undone backwards.
 *
 * Method: as in `points.test.ts`: the program is killed before its first write to the disk, before its second, and so on.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "bun:test";
import { openEngine } from "../../src/open.ts";
import { recover } from "./family/acts.ts";
import { wrongInTheEnd, wrongOnDisk } from "./family/verdict.ts";
import { KILLS } from "./points/crash.ts";
import type { Fault } from "./points/engines.ts";
import { type Blow, describeTraced, strike } from "./points/strike.ts";
import { type Outcome, sweep } from "./points/sweep.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";
import { PATIENCE_MS } from "../support/patience.ts";

describeTraced("a family whose process is killed before any of its writes", () => {
  const scratch = mkdtempSync(join(tmpdir(), "wf-family-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  let folders = 0;

  let built: Promise<string> | undefined;
  const build = async (): Promise<string> => {
    const { outputs } = await Bun.build({ entrypoints: [join(import.meta.dir, "family/program.ts")], target: "bun", outdir: scratch });
    return outputs[0]?.path ?? "";
  };

  const crash = async (blow: Blow, fault?: Fault): Promise<Outcome> => {
    const folder = join(scratch, String(folders++));
    mkdirSync(folder);
    const words = [process.execPath, await (built ??= build()), folder, ...(fault === undefined ? [] : [fault])];
    const struck = await strike(words, blow, { cwd: folder, limitMs: PATIENCE_MS });
    const crashes = struck.wasHit ? 1 : 0;
    const wrong = [
      ...(struck.wasHit || struck.code === 0 ? [] : [`it ended by itself with ${struck.code}: ${struck.stderr}`]),
      ...wrongOnDisk(folder, struck.stdout),
    ];
    const client = await openEngine({ cwd: folder, dir: folder, role: "tick" });
    try {
      await recover({ client, folder, acknowledge: () => {} });
      wrong.push(...(await wrongInTheEnd(client, folder, crashes)));
    } finally {
      await client.close();
    }
    rmSync(folder, { recursive: true });
    return { wasHit: struck.wasHit, wrong };
  };

  test(
    "loses no child, doubles none, pays once, and is undone backwards",
    async () => {
      const stride = tiered({ ci: 5, night: 1, soak: 1 });
      const { points, wrong } = await sweep({ name: "a family", kinds: KILLS, stride }, (blow) => crash(blow));
      expect(wrong).toEqual([]);
      expect(points).toBeGreaterThanOrEqual(tiered({ ci: 50, night: 300, soak: 180 }));
    },
    RIG_TIMEOUT_MS,
  );

  test(
    "the rig turns red when a child is not made in the transaction of its parent's step",
    async () => {
      const kinds = KILLS.filter(({ syscall }) => syscall === "fsync");
      const { wrong } = await sweep({ name: "a broken family", kinds, from: 4 }, (blow) => crash(blow, "apart"));
      expect(wrong.join("\n")).toMatch(/is recorded, and not there/);
    },
    RIG_TIMEOUT_MS,
  );
});
