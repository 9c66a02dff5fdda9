/**
 * The checksum of a row.
 *
 * SQLite does not notice a flipped byte inside a stored value, so each row of an execution or step carries a hash of its fields. It guards
 * against failing disks and careless hands, not against somebody who can compute it. What callers may rely on:
 *   1. Two rows with different fields in the same places have different texts to hash: nothing can move from one field into the next, and
 *      null, 0 and "0" differ.
 *   2. It is a whole number that SQLite and JavaScript both keep exactly (53 bits of xxHash64).
 *   3. A field of any type is taken, since a damaged row can hold anything.
 */
export function checksum(fields: readonly unknown[]): number {
  return hash53(JSON.stringify(fields.some(isLong) ? fields.map(shortened) : fields));
}

/** Long texts are hashed alone: turning a megabyte into a JSON string costs ten times what hashing it does. */
const LONG = 512;

const isLong = (field: unknown): field is string => typeof field === "string" && field.length > LONG;

/** An array, which no field is, so that no text looks like a shortened one. */
const shortened = (field: unknown): unknown => (isLong(field) ? [field.length, hash53(field)] : field);

const hash53 = (text: string): number => Number(Bun.hash.xxHash64(text) >> 11n);
