/** One line of `lines.ts`, run in a project without a process. */
import type { OutputFormat } from "../../../src/cli/out-format.ts";
import { type Here, wfHere } from "../../support/in-process.ts";
import type { Finished, Playground } from "../../support/wf.ts";
import type { Line } from "./lines.ts";

export const runLine = (
  { line, stdin }: Line,
  { folder }: Playground,
  { format, ...here }: { readonly format: OutputFormat } & Omit<Here, "folder" | "stdin">,
): Promise<Finished> => {
  const words = line.split(" ").map((word) => word.replaceAll("%", format).replace("HERE", folder));
  const given = stdin === undefined ? {} : { stdin: stdin.replaceAll("%", format) };
  return wfHere({ folder, ...given, ...here }, [...words.filter(Boolean), "-o", format]);
};
