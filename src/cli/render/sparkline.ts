/** Numbers as a row of bars, the highest of them as high as a line: `▁▁▃█▅▂`. */
import type { Look } from "./look.ts";

const UNICODE = [..."▁▂▃▄▅▆▇█"];
const ASCII = [..."_.:-=+*#"];

/** Nothing is the lowest bar, and no bar of something is as low. */
export const sparkline = (counts: readonly number[], { isUnicode }: Pick<Look, "isUnicode">): string => {
  const bars = isUnicode === false ? ASCII : UNICODE;
  const most = Math.max(1, ...counts);
  const heightOf = (count: number): number => (count <= 0 ? 0 : Math.max(1, Math.round((count / most) * (bars.length - 1))));
  return counts.map((count) => bars[heightOf(count)]).join("");
};
