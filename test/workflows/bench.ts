/**
 * Runs the example workflows on the real engine and store, with simulated time: three days pass in no time.
 *
 * Their steps touch real files, in a folder of the test's own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkflowDefinition } from "../../src/model/definition.ts";
import { isTerminal } from "../../src/model/status.ts";
import type { ExecutionView } from "../../src/model/views.ts";
import { type Bench, openBench } from "../engine/harness.ts";

export interface Workbench {
  bench: Bench;
  /** For the files of the workflow. */
  readonly folder: string;
  path(name: string): string;
  close(): Promise<void>;
}

export const openWorkbench = async (workflow: WorkflowDefinition): Promise<Workbench> => {
  const folder = mkdtempSync(join(tmpdir(), "wf-example-"));
  const workbench: Workbench = {
    bench: await openBench([workflow]),
    folder,
    path: (name) => join(folder, name),
    async close() {
      await workbench.bench.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return workbench;
};

/** No example waits more often. */
const MAX_TICKS = 100;

/** A tick whenever something is due, until it is over or nothing but an event can move it. */
export const tickToTheEnd = async ({ bench: { engine, host } }: Workbench, id: string): Promise<ExecutionView> => {
  for (let ticks = 0; ticks < MAX_TICKS; ticks++) {
    await engine.tick();
    const execution = await engine.getStatus(id);
    if (isTerminal(execution.status) || execution.wakeAt === null) return execution;
    await host.advance(Math.max(0, Date.parse(execution.wakeAt) - host.clock.now()));
  }
  throw new Error(`not over after ${MAX_TICKS} ticks`);
};
