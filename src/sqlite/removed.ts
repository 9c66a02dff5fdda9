/**
 * The mark of an execution that is being removed.
 *
 * "removed!" as eight bytes, and no flag: from NULL no single flipped bit makes it, so damage neither hides an execution nor has it deleted.
 * As text of SQL, since JavaScript does not hold so large a number.
 */
export const REMOVED = "0x72656d6f76656421";
