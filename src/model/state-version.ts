/**
 * The format of stored values: inputs, outputs, errors, payloads.
 *
 * It changes only when an older text would be read wrongly. Then the number grows, and the migration that comes with it says how a text of
 * the version before becomes one of this version (`Migration.state`).
 */
export const STATE_VERSION = 1;

/** Makes a text of one version a text of the next. @throws Error for a text that is not of that version */
export type UpgradeText = (text: string) => string;
