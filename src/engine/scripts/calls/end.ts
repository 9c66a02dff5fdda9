/** `wf end`: what a script gives as its output. Outside of a workflow file it ends the execution as well. */
import { fail } from "../../../model/fail-late.ts";
import { plainError } from "../../../model/scripts/plain-error.ts";
import { CALL_EXIT, type CallParts, passOfCall } from "./pass.ts";

export interface EndCall {
  readonly failed: boolean;
  readonly outputText: string | null;
}

export async function callEnd({ failed, outputText }: EndCall, parts: CallParts): Promise<number> {
  const pass = await passOfCall(parts, "end");
  const errorText = failed ? plainError("Its script has said that it failed (`wf end --failed`)", "SCRIPT_ENDED_FAILED") : null;
  const said = await parts.store.end(pass, { failed, outputText, errorText });
  switch (said) {
    case "noted":
    case "over":
      return CALL_EXIT.ok;
    case "parked":
      return CALL_EXIT.parked;
    case "still-runs":
      throw fail("SCRIPT_STEPS_RUN", { id: pass.executionId });
    default:
      return said satisfies never;
  }
}
