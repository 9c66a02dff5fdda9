/**
 * `bun test/golden/make.ts`: writes `schema-<n>.db`, a database of the present schema with an execution in every state, and
 * `listening-<n>.db`, the same where somebody has asked for the stream of all that happens.
 *
 * Run it once when a schema is new, before it is released. A file that is here already is never written again: it is what users have.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { copyDatabase } from "../../src/sqlite/backup.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { during, openBench } from "../engine/harness.ts";
import { Machine } from "../engine/shell-machine.ts";
import { GOLDEN } from "./workflows.ts";

const target = join(import.meta.dir, `schema-${SCHEMA.version}.db`);
const listening = join(import.meta.dir, `listening-${SCHEMA.version}.db`);
for (const file of [target, listening]) if (existsSync(file)) throw new Error(`${file} is there already`);

const machine = new Machine((ran) => ran.end({ stdout: "kept\n" }));
const bench = await openBench(GOLDEN, { shell: machine.shell });
const { engine } = bench;
const start = async (workflow: string, input?: unknown): Promise<void> => {
  const { id } = await engine.start(workflow, input, { id: `${workflow}-1`, tags: { golden: "yes" } });
  await during(bench, engine.carry(id));
};
await start("done", { who: "ada" });
await start("broken");
await start("asleep", [1, 2, 3]);
await start("waiting");
await start("flaky");
await start("family");
await start("asking");
await start("saga");
await start("shelled");
await engine.start("done", undefined, { id: "done-later", delay: "1d" });
await engine.start("waiting", undefined, { id: "waiting-cancelled" });
await engine.cancel("waiting-cancelled", "not wanted");
await bench.store.addEvent("waiting-1", { id: "e-1", name: "unasked", payloadText: '{"a":1}', sentAt: 1_000 });
copyDatabase(bench.file, target, "draft");
await engine.looking.cursor();
copyDatabase(bench.file, listening, "draft");
await bench.close();
