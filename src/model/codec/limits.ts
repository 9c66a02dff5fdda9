/**
 * How large a stored value or error may be.
 *
 * Each limit exists so that one row can never take the process, the database or a reader of it down.
 */

/** Bytes (UTF-8) of a stored value: a row far above this is slow to load on every pass, and 300 MB of it takes 600 MB of memory. */
export const MAX_VALUE_BYTES = 1_048_576;

/**
 * Levels of objects inside a value.
 *
 * Reading a value back is recursive and gives out at some 8,000 levels of a fresh stack. The limit is far below, so that a value that could
 * be stored can always be read, however deep in other code the reader runs.
 */
export const MAX_VALUE_DEPTH = 500;

/** Secrets inside of secrets: one that holds itself must end somewhere. */
export const MAX_SECRET_DEPTH = 4;

/** Bytes (UTF-8) of a stored error with all its causes. */
export const MAX_ERROR_BYTES = 65_536;

/** Causes below an error, and errors of an AggregateError below it, that are kept. */
export const MAX_CAUSE_DEPTH = 5;

/** Errors of one AggregateError that are kept. */
export const MAX_AGGREGATE_ERRORS = 20;

/** Own properties of an error that are kept. */
export const MAX_ERROR_PROPERTIES = 50;
