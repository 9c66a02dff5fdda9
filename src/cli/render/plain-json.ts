/**
 * Whether a value is plain JSON, and its text if so.
 *
 * `JSON.stringify` alone would leave out `undefined` and turn a `Date` into a text, which is another value.
 */
export const plainJson = (value: unknown): string | null => {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text !== undefined && Bun.deepEquals(JSON.parse(text), value, true) ? text : null;
  } catch {
    return null; // a cycle, a BigInt, a getter that throws
  }
};
