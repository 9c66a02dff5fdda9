/**
 * How long a test waits before it counts as hanging, in ms. No test says anything about speed: a disk that others keep busy has been seen
 * to take half a minute for one fsync.
 */
export const PATIENCE_MS = 180_000;
