/** The families of the engine's methods, each loaded at its first call: a tick needs few of them. */
import type { Client } from "../model/client.ts";
import { lazily } from "../model/lazily.ts";
import type { EngineParts } from "./family.ts";

type FamilyName = "schedules" | "operations" | "sources" | "retention" | "bundles" | "looking";

export const familiesOf = (parts: EngineParts): Pick<Client, FamilyName> => ({
  schedules: lazily(async () => new (await import("./schedules/schedules.ts")).EngineSchedules(parts)),
  operations: lazily(async () => new (await import("./operations/operations.ts")).EngineOperations(parts)),
  sources: lazily(async () => new (await import("./sources/sources.ts")).EngineSources(parts)),
  retention: lazily(async () => new (await import("./retention/retention.ts")).EngineRetention(parts)),
  bundles: lazily(async () => new (await import("./bundles/bundles.ts")).EngineBundles(parts)),
  looking: lazily(async () => new (await import("./looking/looking.ts")).EngineLooking(parts)),
});

/** What starts the slots of schedules: for those who tick and serve. */
export interface SlotStarter {
  /** Starts all that have come. The workflow files are looked at if that was `refreshMs` ago; default 0, at every call. */
  start(options?: { readonly refreshMs?: number }): Promise<void>;
}

export const slotsOf = (parts: EngineParts): SlotStarter =>
  lazily(async () => new (await import("./schedules/due-slots.ts")).DueSlots(parts));
