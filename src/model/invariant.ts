/**
 * Says that something which cannot happen has happened: a bug of wf, never of its user.
 *
 * @throws Error always when `condition` is false
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Bug in wflite: ${message}`);
}
