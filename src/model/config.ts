/** Settings as users write them. What they resolve to is in `retry.ts` and `records.ts`. */

/** Milliseconds, or a text such as "250ms", "90s", "1h30m", "3d". At least 0, at most 100 years. */
export type Duration = number | string;

export interface RetryConfig {
  /** Tries in all, the first included. 1 to 10,000. Default 3. */
  readonly attempts?: number | undefined;
  /** Before the second try. Default "1s". */
  readonly delay?: Duration | undefined;
  /** How the delay grows. Default "exponential". */
  readonly backoff?: "exponential" | "linear" | "constant" | undefined;
  /** Of the exponential growth, 1 or more. Default 2. */
  readonly factor?: number | undefined;
  /** No delay is longer. Default "5m". */
  readonly maxDelay?: Duration | undefined;
  /** Full jitter: wait a random part of the delay (AWS Architecture Blog, "Exponential Backoff And Jitter"). Default true. */
  readonly jitter?: boolean | undefined;
}

export interface PanicConfig {
  /** Restarts without a finished step in between, before the execution is blocked. 0 to 1,000. Default 3. */
  readonly maxRestarts?: number | undefined;
  /** Default "5s". */
  readonly delay?: Duration | undefined;
  /** Default 2. */
  readonly factor?: number | undefined;
  /** Default "10m". */
  readonly maxDelay?: Duration | undefined;
}
