/** What the end of the function itself means for the execution: its output, its error, or a new beginning. */
import { isKeyProblem } from "../model/cipher.ts";
import { fail } from "../model/errors.ts";
import type { PassEnd } from "../replay/outcome.ts";
import type { Desk } from "./desk.ts";
import * as ending from "./ending.ts";
import type { Finale } from "./finale.ts";
import * as finals from "./finals.ts";
import type { LastWrite } from "./ledger.ts";
import { checkOutput } from "./output.ts";
import type { Runtime } from "./runtime.ts";
import { checkInput } from "./start.ts";
import type { ExecutionChange } from "./store.ts";
import { asError } from "./values.ts";

export interface VerdictParts {
  readonly runtime: Runtime;
  readonly desk: Desk;
  readonly finale: Finale;
  /** Somebody may listen to its signal. */
  readonly isHeard: () => boolean;
  readonly leave: (change: ExecutionChange, abortReason: Error | undefined, more?: Partial<LastWrite>) => void;
  readonly panicked: (error: Error) => void;
}

export class Verdict {
  readonly #parts: VerdictParts;

  constructor(parts: VerdictParts) {
    this.#parts = parts;
  }

  on(end: Extract<PassEnd, { readonly type: "returned" | "threw" | "startsOver" }>): void {
    if (end.type !== "threw") return void this.#store(end).catch((error: unknown) => this.#notStored(error));
    this.#warnOf(end);
    this.#parts.finale.end(finals.failed(end.error, this.#parts.runtime.clock.now()));
  }

  async #store(end: Extract<PassEnd, { readonly type: "returned" | "startsOver" }>): Promise<void> {
    const { runtime, desk, finale, leave } = this.#parts;
    if (end.type === "returned") {
      const outputText = await checkOutput(desk.definition, end.value, runtime);
      if (finale.isDecided) return; // cancelled, or late, while its output was checked
      this.#warnOf(end);
      return leave(ending.completed(outputText, runtime.clock.now()), this.#reason("the workflow has returned"));
    }
    const { inputText } = await checkInput(desk.definition, end.input, runtime);
    if (finale.isDecided) return;
    this.#warnOf(end);
    leave(ending.released(runtime.clock.now()), this.#reason("the workflow has started over"), { startOver: { inputText } });
  }

  /** An error is made only where there is somebody to tell: its stack costs more than the rest of a small workflow's end. */
  #reason(reason: string): Error | undefined {
    const { desk, isHeard } = this.#parts;
    return desk.runningSteps().length > 0 || isHeard() ? fail("CANCELLED", { id: desk.id, reason }) : undefined;
  }

  /** Its output does not fit, or cannot be encrypted: then the function has not returned yet, and nothing of it runs again. */
  #notStored(error: unknown): void {
    const { runtime, finale, panicked } = this.#parts;
    if (isKeyProblem(error) && !finale.isDecided) panicked(asError(error));
    else finale.end(finals.failed(error, runtime.clock.now()));
  }

  #warnOf(end: Parameters<typeof ending.warnings>[0]): void {
    for (const warning of ending.warnings(end)) this.#parts.desk.warn(warning);
  }
}
