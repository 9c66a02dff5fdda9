/**
 * An outcome as a value: either what was asked for, or why there is none.
 *
 * For outcomes that a caller is expected to handle. A bug is thrown, never returned.
 */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** The value, for callers to whom a failure is a bug. @throws the very error of a failed result */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw result.error;
  return result.value;
}
