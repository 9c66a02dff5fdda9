/** Our own files that `wf tick` loads beside its entry when nothing is due. */
export const TICK_MODULES: readonly string[] = [
  "cli/arrival.ts",
  "cli/fast-tick.ts",
  "host/files-mark.ts",
  "host/wall-clock.ts",
  "open-tick.ts",
  "sqlite/content-checks.ts",
  "sqlite/fast.ts",
  "sqlite/file-checks.ts",
  "sqlite/file-system.ts",
  "sqlite/fingerprint.ts",
  "sqlite/open-file.ts",
  "sqlite/schema.ts",
  "sqlite/settings.ts",
  "sqlite/sqlite-errors.ts",
];
