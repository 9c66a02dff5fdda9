/**
 * `bun test/golden/make.ts`: writes `schema-<n>.db`, a database of the present schema with an execution in every state.
 *
 * Run it once when a schema is new, before it is released. A file that is here already is never written again: it is what users have.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { copyDatabase } from "../../src/sqlite/backup.ts";
import { SCHEMA } from "../../src/sqlite/schema.ts";
import { during, openBench } from "../engine/harness.ts";
import { GOLDEN } from "./workflows.ts";

const target = join(import.meta.dir, `schema-${SCHEMA.version}.db`);
if (existsSync(target)) throw new Error(`${target} is there already`);

const bench = await openBench(GOLDEN);
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
await engine.start("done", undefined, { id: "done-later", delay: "1d" });
await engine.start("waiting", undefined, { id: "waiting-cancelled" });
await engine.cancel("waiting-cancelled", "not wanted");
await bench.store.addEvent("waiting-1", { id: "e-1", name: "unasked", payloadText: '{"a":1}', sentAt: 1_000 });
copyDatabase(bench.file, target, "draft");
await bench.close();
