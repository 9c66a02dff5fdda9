/** The families of the store's methods, each loaded at its first call: a tick needs few of them. */
import type { Store } from "../engine/store.ts";
import { lazily } from "../model/lazily.ts";
import type { FamilyParts } from "./family.ts";

export type FamilyName = "schedules" | "sources" | "operations" | "retention" | "bundles" | "looking" | "scripts";

export const familiesOf = (parts: FamilyParts): Pick<Store, FamilyName> => ({
  schedules: lazily(async () => new (await import("./schedules.ts")).SqliteSchedules(parts)),
  sources: lazily(async () => new (await import("./sources.ts")).SqliteSources(parts)),
  operations: lazily(async () => new (await import("./operations.ts")).SqliteOperations(parts)),
  retention: lazily(async () => new (await import("./retention.ts")).SqliteRetention(parts)),
  bundles: lazily(async () => new (await import("./bundles.ts")).SqliteBundles(parts)),
  scripts: lazily(async () => new (await import("./scripts.ts")).SqliteScripts(parts)),
  looking: lazily(async () => new (await import("./looking.ts")).SqliteLooking(parts)),
});
