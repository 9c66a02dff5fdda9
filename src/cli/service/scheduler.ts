/** What systemd, launchd and cron have in common, seen from a project: something that is installed, looked at, and taken away again. */
import type { ServicePlan } from "./plan.ts";

export const SERVICE_ACTIONS = ["install", "status", "uninstall"] as const;

export const SCHEDULER_KINDS = ["systemd", "launchd", "cron"] as const;
export type SchedulerKind = (typeof SCHEDULER_KINDS)[number];

export interface InstalledState {
  /** `changed`: by hand, so it is left alone. `foreign`: something else has its place. */
  readonly state: "none" | "ours" | "changed" | "foreign";
  /** Whether the system says that it runs; null where it does not say (cron), or nothing is installed. */
  readonly isActive: boolean | null;
}

export type Installed = "created" | "renewed" | "kept";

export interface Scheduler {
  readonly kind: SchedulerKind;
  /** What would be written. */
  text(plan: ServicePlan): string;
  /** Where: a file, or "crontab". */
  where(plan: Pick<ServicePlan, "name">): string;
  /** @throws ValidationError when the system cannot be asked */
  look(plan: Pick<ServicePlan, "name">): InstalledState;
  /**
   * Writes and starts it. Called only where `look` says "none" or "ours". Whether anything has changed; undefined when `wait` was cut off.
   *
   * @param wait for so many milliseconds; gives false when it was cut off
   */
  install(plan: ServicePlan, wait: (ms: number) => Promise<boolean>): Installed | Promise<Installed | undefined>;
  /** Stops and removes it. Called only where `look` says "ours". */
  uninstall(plan: Pick<ServicePlan, "name">): void;
  /** For people: what else may be in the way of it, and where to look when nothing happens. */
  readonly advice: (plan: Pick<ServicePlan, "name">) => string;
}
