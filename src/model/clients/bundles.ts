/** Whole executions as portable files. */
import type { ExecutionStatus } from "../status.ts";

/** Why an execution can only be looked at: values of it are not in the bundle. */
export type Withheld = "redacted" | "sensitive";

export interface ExportOptions {
  /** Put placeholders of the same shape in the place of all values, messages and names of people. Default false. */
  readonly redact?: boolean;
  /** Told each line of the bundle, without its end; the next comes once it is done with the one before. */
  readonly write: (line: string) => void | Promise<void>;
}

export interface ExportView {
  /** Their children among them, each once. */
  readonly executions: readonly { readonly id: string; readonly withheld: Withheld | null }[];
  readonly sources: number;
  readonly redacted: boolean;
}

export interface ImportOptions {
  /** Another id for the execution of a bundle that holds one. */
  readonly id?: string;
  /** Check all of it, and keep nothing. Default false. */
  readonly dryRun?: boolean;
}

export interface ImportView {
  readonly executions: readonly ImportedView[];
  readonly sources: number;
  readonly dryRun: boolean;
}

export interface ImportedView {
  readonly id: string;
  readonly workflow: string;
  /** As it is here: one that was not over is paused. */
  readonly status: ExecutionStatus;
  /** `existing`: the same is here already, and nothing was changed. */
  readonly disposition: "created" | "existing";
  /** It is here to be looked at, and never runs. */
  readonly withheld: Withheld | null;
}

export interface BundleClient {
  /**
   * Writes executions, their children and the sources of their code as the lines of a bundle. Sensitive values are never in it.
   *
   * @throws EXECUTION_NOT_FOUND, CORRUPT when one of them is damaged
   */
  export(ids: readonly string[], options: ExportOptions): Promise<ExportView>;
  /**
   * Keeps the executions of a bundle, each in one transaction. What is over stays as it is; what is not arrives paused, so that nothing
   * runs in two places. Everything is checked before anything is kept.
   *
   * @param lines gives the lines of the bundle from the first, each time it is called
   * @throws BUNDLE_INVALID, ID_TAKEN when another execution of one of the ids is here
   */
  import(lines: () => AsyncIterable<string>, options?: ImportOptions): Promise<ImportView>;
}
