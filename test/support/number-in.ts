/** A number that another process writes into a file. */
import { existsSync, readFileSync } from "node:fs";
import { eventually } from "./wf.ts";

/** Once it is there: a shell makes the file first, empty. */
export const numberIn = (path: string): Promise<number> =>
  eventually(`a number in ${path}`, () => (existsSync(path) && Number(readFileSync(path, "utf8"))) || undefined);
