/** A text that leads to a file when it is clicked (OSC 8), where the terminal can do that; elsewhere the text alone. */
import { hostname } from "node:os";
import type { Look } from "./look.ts";

/** @param text safe to show; @param file absolute */
export const fileLink = (text: string, file: string, { hasLinks }: Pick<Look, "hasLinks">): string => {
  if (hasLinks !== true) return text;
  // With the name of this machine, so that a terminal on another one does not open a file of its own.
  const url = Bun.pathToFileURL(file).href.replace("file://", `file://${encodeURIComponent(hostname())}`);
  return `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\`;
};
