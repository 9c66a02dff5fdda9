/**
 * The path of a step's scopes, taken apart for people.
 *
 *     pay/refund        scope "refund" inside of "pay"
 *     pay#2             the second scope of that name
 *     import=row-17     the call of step "import" whose key is "row-17"
 *
 * Names hold `/`, `#`, `=` and `%` as `%2f`, `%23`, `%3d` and `%25`.
 */
import { line } from "./safe.ts";

export const segmentsOf = (scope: string): readonly string[] => (scope === "" ? [] : scope.split("/"));

/** `pay #2`, `import (row-17)`. */
export const segmentLabel = (segment: string): string => {
  const [, name = "", sign, rest = ""] = /^([^#=]*)([#=])?(.*)$/s.exec(segment) ?? [];
  if (sign === "#") return `${plain(name)} #${plain(rest)}`;
  return sign === "=" ? `${plain(name)} (${plain(rest)})` : plain(name);
};

/** Whether the segment stands for one item of a map, or one call with a key. */
export const isItem = (segment: string): boolean => segment.includes("=");

/** Whether the segment stands for one call with a key, of a step of that name. */
export const isKeyOf = (segment: string, stepName: string): boolean => {
  const at = segment.indexOf("=");
  return at >= 0 && decode(segment.slice(0, at)) === stepName;
};

const plain = (text: string): string => line(decode(text));

const decode = (text: string): string =>
  text.replace(/%(25|2f|23|3d)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
