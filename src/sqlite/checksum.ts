/**
 * The checksum of a row.
 *
 * SQLite does not notice a flipped byte inside a stored value, so each row of an execution or step carries a hash of its fields. It guards
 * against failing disks and careless hands, not against somebody who can compute it. What callers may rely on:
 *   1. Two rows with different fields in the same places have different texts to hash: nothing can move from one field into the next, and
 *      null, 0 and "0" differ.
 *   2. It is a whole number that SQLite and JavaScript both keep exactly (53 bits of xxHash64).
 *   3. A field of any type is taken, since a damaged row can hold anything.
 *   4. Half a surrogate pair counts as the replacement character that SQLite keeps in its place, so such a row is not taken for damaged.
 */
export function checksum(fields: readonly unknown[]): number {
  const text = JSON.stringify(hasLong(fields) ? fields.map(shortened) : fields);
  return hash53(text.includes("\\ud") ? JSON.stringify(fields.map(wellFormed).map(shortened)) : text);
}

/** Long texts are hashed alone: turning a megabyte into a JSON string costs ten times what hashing it does. */
const LONG = 512;

const hasLong = (fields: readonly unknown[]): boolean => {
  for (const field of fields) if (isLong(field)) return true;
  return false;
};

const isLong = (field: unknown): field is string => typeof field === "string" && field.length > LONG;

/** An array, which no field is, so that no text looks like a shortened one. */
const shortened = (field: unknown): unknown => (isLong(field) ? [field.length, hash53(field)] : field);

const wellFormed = (field: unknown): unknown => (typeof field === "string" ? field.toWellFormed() : field);

const hash53 = (text: string): number => Number(Bun.hash.xxHash64(text) >> 11n);
