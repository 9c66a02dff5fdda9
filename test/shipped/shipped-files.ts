/** What `share` holds that is made: declarations for editors, and pages of the manual. */
import { join } from "node:path";
import { root } from "../architecture/source.ts";
import { declarationsOf } from "./declarations.ts";
import { manualPages } from "./manual.ts";

const HEADER = "/** The public names of wflite, made from its sources: bun test/shipped/make.ts */";

/** Text by path within `share`. */
export const shippedFiles = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([["types/wflite/index.d.ts", `${HEADER}\n\n${declarationsOf(root, join(root, "src/index.ts"))}\n`], ...(await manualPages())]);
