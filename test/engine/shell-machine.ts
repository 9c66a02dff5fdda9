/** A machine that runs nothing: each test says how and when its commands end. */
import { expect } from "bun:test";
import type { EngineOptions } from "../../src/engine/engine.ts";
import type { ExecutionView } from "../../src/model/views.ts";
import type { Shell, ShellEnd, ShellRequest, ShellResult, ShellSettings, ShellWatch } from "../../src/model/shell.ts";
import type { WorkflowContext } from "../../src/model/context.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { type Bench, openBench } from "./harness.ts";

export interface Ran extends ShellWatch {
  readonly request: ShellRequest;
  end(end?: Partial<ShellEnd>): void;
  throw(error: unknown): void;
}

const END: ShellEnd = { stdout: "out\n", stderr: "", exitCode: 0, signal: null, isTruncated: false, logFile: null };

/** Commands end when they are told to, or at once as `then` says. */
export class Machine {
  readonly ran: Ran[] = [];
  #then: ((ran: Ran) => void) | undefined;

  constructor(then?: (ran: Ran) => void) {
    this.#then = then;
  }

  readonly shell: Shell = (request, watch) => {
    const { promise, resolve, reject } = Promise.withResolvers<ShellEnd>();
    const ran: Ran = { ...watch, request, end: (end = {}) => resolve({ ...END, ...end }), throw: reject };
    this.ran.push(ran);
    this.#then?.(ran);
    return promise;
  };

  /** From now on its commands end so. */
  now(then: ((ran: Ran) => void) | undefined): void {
    this.#then = then;
  }

  get last(): Ran {
    return this.ran.at(-1) ?? expect.unreachable("nothing ran");
  }
}

/** Named w, with three attempts a second apart. */
export const workflow = (run: (ctx: WorkflowContext) => unknown) =>
  defineWorkflow({ name: "w", retry: { attempts: 3, delay: "1s", jitter: false, backoff: "constant" }, run });

export const build = (ctx: WorkflowContext, settings: ShellSettings = {}): Promise<ShellResult> =>
  ctx.sh("build", { command: ["make"], ...settings });

/** An execution x of the workflow, begun. */
export const openShellBench = async (
  machine: Machine,
  run: (ctx: WorkflowContext) => unknown,
  options: Partial<EngineOptions> = {},
): Promise<Bench> => {
  const definition = workflow(run);
  const bench = await openBench([definition], { shell: machine.shell, ...options });
  await bench.engine.start(definition, null, { id: "x" });
  return bench;
};

/** Carries it on; its progress goes to the bench. */
export const carryOn = (bench: Bench, holdMs = Infinity): Promise<ExecutionView> =>
  bench.engine.carry("x", { holdMs, onProgress: (progress) => bench.progress.push(progress) });
