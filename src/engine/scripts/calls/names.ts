/**
 * What a call is named: its scope is that of the step whose command calls it, and a key is a scope of its own.
 *
 *     wf step build -- make                        build
 *     wf step convert --key a.png -- convert …     convert=a.png / convert
 *     wf step outer -- sh -c 'wf step inner …'     outer / inner
 */
import { SCRIPT_ENVIRONMENT } from "../../../model/scripts/environment.ts";
import type { StepIdentity } from "../../../model/records.ts";
import { innerScope, keyedScope } from "../../../replay/identity.ts";
import type { ScriptStep } from "../../store/scripts.ts";
import type { Environment } from "./pass.ts";

export interface Named {
  readonly kind: ScriptStep["kind"];
  readonly name: string;
  /** Instead of counting repeats. */
  readonly key: string | null;
}

export function innerKey(env: Environment, { kind, name, key }: Named): ScriptStep {
  const outer = env[SCRIPT_ENVIRONMENT.scope] ?? "";
  return { kind, name, scope: key === null ? outer : keyedScope(outer, name, key), isKeyed: key !== null };
}

/** Of the calls that the command of a step makes. */
export const scopeWithin = ({ scope, name, n }: StepIdentity): string => innerScope(scope, name, n);
