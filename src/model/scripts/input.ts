/**
 * The input of a script, as its environment has it: the whole as JSON in WF_INPUT, and each key of an object in WF_INPUT_<KEY>.
 *
 *     { "table": "orders", "max-rows": 5 }     WF_INPUT_TABLE=orders  WF_INPUT_MAX_ROWS=5
 *
 * Texts stand there as they are, all else as JSON; null and keys that are no names of variables are left to WF_INPUT.
 */

/** Linux takes 128 KiB for one variable, its name included. */
const MAX_BYTES = 120_000;

/** Why a script cannot be given that, if so. */
export const inputProblem = (input: unknown): string | undefined => {
  if (input === undefined) return undefined;
  const text = jsonOf(input);
  if (text === undefined) return "a script takes what JSON can say";
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_BYTES) return `it has ${bytes} bytes as JSON, and a script takes at most ${MAX_BYTES}: give it the path of a file`;
  const variables = namesOf(input);
  const seen = new Set<string>();
  const twice = variables.find(({ name }) => seen.has(name) || !seen.add(name));
  if (twice !== undefined) return `two of its keys would both be ${twice.name}`;
  const broken = variables.find(({ value }) => value.includes("\0"));
  return broken === undefined ? undefined : `${broken.key}: a variable of the environment cannot hold a NUL character`;
};

/** @param input that has no `inputProblem` */
export const inputVariables = (input: unknown): Readonly<Record<string, string>> => ({
  WF_INPUT: jsonOf(input) ?? "null",
  ...Object.fromEntries(namesOf(input).map(({ name, value }) => [name, value])),
});

interface Variable {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

const namesOf = (input: unknown): readonly Variable[] => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return [];
  return Object.entries(input).flatMap(([key, value]: [string, unknown]) => {
    const name = `WF_INPUT_${key.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase()}`;
    const text = typeof value === "string" ? value : jsonOf(value);
    return /^[A-Za-z0-9]/.test(key) && text !== undefined && value !== null ? [{ key, name, value: text }] : [];
  });
};

/** Undefined for what is not the same when it is read again: dates, maps, big integers. */
const jsonOf = (value: unknown): string | undefined => {
  try {
    return isPlain(value) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined; // a circle
  }
};

const MAX_DEPTH = 500;

const isPlain = (value: unknown, depth = 0): boolean => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every((item) => item === undefined || isPlain(item, depth + 1))
  );
};
