/**
 * The checksum of what a line of a bundle holds.
 *
 * Computed over JSON with sorted keys: a bundle that went through another program, or was laid out for reading, is still the same.
 */
export const bundleChecksum = (value: unknown): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify(sorted(value))).digest("hex");

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};
