/** Where in the project an error comes from: `workflows/signup.ts:3`. */

/** Getters and proxies may throw, and anything may be thrown. */
export const readField = (value: unknown, key: string): unknown => {
  try {
    return value === null || value === undefined ? undefined : (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
};

/** The innermost place inside the root and outside `node_modules`; undefined when the error does not tell. */
export const placeOf = (error: unknown, root: string): string | undefined => {
  const position = readField(error, "position") as { file?: unknown; line?: unknown } | null | undefined;
  if (typeof position?.file === "string" && typeof position.line === "number") {
    return `${position.file.replace(prefixOf(root), "")}:${position.line}`;
  }
  const stack = readField(error, "stack");
  return typeof stack === "string" ? placeInStack(stack, prefixOf(root)) : undefined;
};

/** Its file alone, or null. */
export const fileOf = (error: unknown, root: string): string | null => placeOf(error, root)?.replace(/:\d+$/, "") ?? null;

const prefixOf = (root: string): string => (root.endsWith("/") ? root : `${root}/`);

/** A stack has 10 frames, unless somebody has asked for more. */
const MAX_LINES = 200;

const placeInStack = (stack: string, prefix: string): string | undefined => {
  for (const line of stack.split("\n", MAX_LINES)) {
    const start = /^\s+at /.test(line) ? line.indexOf(prefix) : -1;
    const place = start < 0 ? undefined : /^(.+:\d+):\d+\)?$/.exec(line.slice(start + prefix.length))?.[1];
    if (place !== undefined && !place.includes("node_modules/")) return place;
  }
  return undefined;
};
