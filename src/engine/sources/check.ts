/**
 * One execution replayed against the code that is there now, without running any of its steps.
 *
 * A pass like any other, whose calls are written down instead of being carried out:
 *
 *     recorded completions ─► delivered ─► all of them ─► calls are written down ──► ok
 *                                 └─ one is not asked for ─► grace ──► diverged
 *
 * What callers may rely on: nothing is claimed or written, no step begins, and it ends, whatever the function does between two turns of the
 * event loop.
 */
import { decodeValue } from "../../model/codec/decode.ts";
import type { CheckView, NextCall } from "../../model/clients/sources.ts";
import type { Log } from "../../model/context.ts";
import type { Call } from "../../replay/call.ts";
import type { PassEnd } from "../../replay/outcome.ts";
import type { Pass } from "../../replay/pass.ts";
import type { PassSink } from "../../replay/pass-parts.ts";
import type { LoadedWorkflow } from "../host.ts";
import type { Runtime } from "../runtime.ts";
import type { StoredHistory } from "../store.ts";
import { asError } from "../values.ts";
import { passOf } from "../walk.ts";

/** A grace in parts, so that a process that is busy with other passes does not take its own slowness for a change. */
const GRACE_PARTS = 3;

type Found = Pick<CheckView, "verdict" | "detail" | "next" | "ends">;

/** @param runtime whose `graceMs` is that of the check */
export const replayDry = (runtime: Runtime, workflow: LoadedWorkflow, history: StoredHistory): Promise<Found> =>
  new Promise((resolve) => new DryWalk(runtime, resolve).start(workflow, history));

class DryWalk implements PassSink {
  readonly #runtime: Runtime;
  readonly #resolve: (found: Found) => void;
  readonly #next: NextCall[] = [];
  #pass: Pass | undefined;
  #isOver = false;

  constructor(runtime: Runtime, resolve: (found: Found) => void) {
    const after: Runtime["timers"]["after"] = (ms, fn) => inParts(runtime, ms / GRACE_PARTS, GRACE_PARTS, fn);
    this.#runtime = { ...runtime, timers: { ...runtime.timers, after } };
    this.#resolve = resolve;
  }

  start(workflow: LoadedWorkflow, { execution, steps, marks }: StoredHistory): void {
    const context = this.#runtime.openStrayContext((error) =>
      this.#found({ verdict: "ok", detail: `It fails: ${asError(error).message}` }),
    );
    try {
      const input = decodeValue(execution.inputText, this.#runtime.cipher);
      this.#pass = passOf(
        { workflow, input, steps, marks },
        {
          ...{ runtime: this.#runtime, execution, attempt: 1, sink: this },
          desk: { runUserCode: (fn) => context.run(fn), stepLog: () => SILENT },
          signal: () => new AbortController().signal,
        },
      );
      this.#pass.start();
    } catch (error) {
      this.#found({ verdict: "damaged", detail: asError(error).message });
    }
  }

  /** All that is recorded has been delivered. A step would run now, and nothing that comes after it can be known. */
  call(call: Call): void {
    const { scope, kind, name, n } = call.identity;
    this.#next.push({ scope, kind, name, n, begun: call.recorded !== undefined });
    if (call.asks.type === "step") this.#runtime.turn(() => this.#found({ verdict: "ok" }));
  }

  idle(): void {
    this.#found({ verdict: "ok" });
  }

  /** It awaits something outside of a step: there may be a call yet. */
  stalled(): void {
    this.#runtime.timers.after(this.#runtime.graceMs, () => this.#found({ verdict: "ok" }));
  }

  ended(end: PassEnd): void {
    switch (end.type) {
      case "returned":
      case "startsOver":
        return this.#found({ verdict: "ok", ends: "returns" });
      case "threw":
        return this.#found({ verdict: "ok", ends: "throws", detail: `It fails: ${asError(end.error).message}` });
      case "diverged":
        return this.#found({ verdict: "diverged", detail: end.comparison });
      case "undecodable":
        return this.#found({ verdict: "damaged", detail: asError(end.error).message });
      default:
        return end satisfies never;
    }
  }

  dropped(): void {}

  marked(): void {}

  late(): void {}

  #found(found: Pick<Found, "verdict"> & Partial<Found>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pass?.park();
    this.#resolve({ detail: null, ends: null, next: this.#next, ...found });
  }
}

const inParts = (runtime: Runtime, ms: number, parts: number, fn: () => void): (() => void) => {
  let cancel = (): void => {};
  const arm = (left: number): void => {
    cancel = runtime.timers.after(ms, () => (left <= 1 ? fn() : arm(left - 1)));
  };
  arm(parts);
  return () => cancel();
};

const silent = (): void => {};
const SILENT: Log = { debug: silent, info: silent, warn: silent, error: silent };
