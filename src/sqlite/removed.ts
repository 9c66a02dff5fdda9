/**
 * The mark of an execution that is being removed.
 *
 * "removed!" as eight bytes, and no flag: no single flipped bit makes it of NULL, so damage neither hides an execution nor deletes it.
 * As text of SQL, since JavaScript does not hold so large a number.
 */
export const REMOVED = "0x72656d6f76656421";
