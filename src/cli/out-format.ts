/** The formats of what a command prints. */
export const FORMATS = ["text", "json", "jsonl", "ids"] as const;
export type OutputFormat = (typeof FORMATS)[number];

/** Of what tells of no executions or workflows. */
export const WITHOUT_IDS: readonly OutputFormat[] = ["text", "json", "jsonl"];
