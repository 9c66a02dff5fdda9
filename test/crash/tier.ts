/**
 * How much a rig does: `WF_TIER=ci` (default, minutes), `night` (an hour), `soak` (until somebody stops it, a day at most).
 *
 * Every rig takes its numbers from here and its chance from a seed that it prints when something is wrong; `WF_SEED` repeats one.
 */
export type Tier = "ci" | "night" | "soak";

const asked = process.env["WF_TIER"] ?? "ci";

export const TIER: Tier = asked === "night" || asked === "soak" ? asked : "ci";

/** The count for this tier. */
export const tiered = (counts: Readonly<Record<Tier, number>>): number => counts[TIER];

/** Drawn anew for each run of the larger tiers; the small one is the same every time, so that a red build can be repeated. */
export const SEED = Number(process.env["WF_SEED"] ?? (TIER === "ci" ? 1 : Math.floor(Math.random() * 2 ** 31)));

/** Ample for any rig of the tier; a test that hangs still ends. In ms. */
export const RIG_TIMEOUT_MS = tiered({ ci: 900_000, night: 3_600_000, soak: 86_400_000 });
