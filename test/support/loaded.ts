/**
 * What an engine loads at the first call of it, loaded before any simulation begins: loading takes real time, in which simulated time would
 * go by, another amount each time.
 */
await Promise.all([
  ...[import("../../src/sqlite/schedules.ts"), import("../../src/engine/schedules/schedules.ts")],
  ...[import("../../src/sqlite/sources.ts"), import("../../src/engine/sources/sources.ts")],
  ...[import("../../src/sqlite/operations.ts"), import("../../src/engine/operations/operations.ts")],
  ...[import("../../src/sqlite/retention.ts"), import("../../src/engine/retention/retention.ts")],
  ...[import("../../src/sqlite/bundles.ts"), import("../../src/engine/bundles/bundles.ts")],
  ...[import("../../src/engine/schedules/due-slots.ts"), import("../../src/model/codec/error.ts")],
]);

export {};
