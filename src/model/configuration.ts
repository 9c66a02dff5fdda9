/** What `wf.config.ts` may say. What holds where it says nothing is in `settings.ts`, what is refused in `configuration-schema.ts`. */
import type { Duration, PanicConfig, RetryConfig } from "./config.ts";

/** How long to keep executions that are over: a duration, or "forever". */
export type Keeping = Duration | "forever";

/** What `wf.config.ts` exports as default. All of it may be left out. */
export interface WfliteConfig {
  /** `normal` gives up the last commits on a power loss for speed; never on a crash of the process. Default "full". */
  readonly durability?: "full" | "normal" | undefined;
  /** Largest stored value, in bytes of its text: 1,024 to 67,108,864. Default 1,048,576. */
  readonly maxValueBytes?: number | undefined;
  /** How long `wf run`, `wf wait` and the like stay for waits. Default "1m". */
  readonly hold?: Duration | undefined;
  /** What `-o` is when it is not given. Default "text". */
  readonly output?: "text" | "json" | "jsonl" | "ids" | undefined;
  /** Of schedules that name none: an IANA name such as "Europe/Paris". */
  readonly timezone?: string | undefined;
  /** Of every workflow, where it does not say otherwise, field by field. */
  readonly retry?: RetryConfig | undefined;
  /** Of every workflow, where it does not say otherwise, field by field. */
  readonly panic?: PanicConfig | undefined;
  readonly tick?: TickConfig | undefined;
  readonly daemon?: DaemonConfig | undefined;
  readonly retention?: RetentionConfig | undefined;
}

export interface TickConfig {
  /** Executions carried at the same time, 1 to 10,000. Default 100. */
  readonly concurrency?: number | undefined;
  /** Stay for waits up to this long. Default "0s". */
  readonly hold?: Duration | undefined;
  /** Claim nothing more after this long. Default: no bound. */
  readonly maxTime?: Duration | undefined;
}

export interface DaemonConfig {
  /** Executions carried at the same time, 1 to 10,000. Default 1,000. */
  readonly concurrency?: number | undefined;
  /** How long running steps may go on once it is told to end. Default "10s". */
  readonly grace?: Duration | undefined;
  /** Stay in memory for waits up to this long. Default "2s". */
  readonly hold?: Duration | undefined;
}

/** What may be removed of what is over. Default: nothing ever. */
export interface RetentionConfig {
  readonly completed?: Keeping | undefined;
  readonly failed?: Keeping | undefined;
  readonly cancelled?: Keeping | undefined;
  /** The newest so many of each workflow stay, however old they are. Default 0. */
  readonly keep?: number | undefined;
}

/** Types `wf.config.ts`: `export default defineConfig({ hold: "5m" })`. It is checked when it is loaded. */
export const defineConfig = (config: WfliteConfig): WfliteConfig => config;

/** In the root of a project; one of them at most. */
export const CONFIG_FILES = ["wf.config.ts", "wf.config.mts", "wf.config.js", "wf.config.mjs"] as const;

/** The variables that give a key. */
export const CONFIG_ENVIRONMENT = {
  durability: "WF_DURABILITY",
  maxValueBytes: "WF_MAX_VALUE_BYTES",
  hold: "WF_HOLD",
} as const satisfies { readonly [Key in keyof WfliteConfig]?: string };
