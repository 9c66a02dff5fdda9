/** One entry of the catalogue of errors: all that is said and answered where the error is seen. */
export interface Entry<Data> {
  /** Exit status of a command that fails with it; DESIGN's table, `wf help exit-codes`. */
  readonly exit: number;
  readonly http: number;
  /** Name of the class a caller catches. */
  readonly as: ErrorClassName;
  readonly message: (data: Data) => string;
  readonly hint: string | ((data: Data) => string);
}

export type ErrorClassName =
  | "WfliteError"
  | "ValidationError"
  | "TimeoutError"
  | "CancelledError"
  | "PanicError"
  | "DivergenceError"
  | "StateCorruptionError"
  | "LeaseLostError"
  | "ShellError";

export const entry = <Data>(value: Entry<Data>): Entry<Data> => value;
