/** Files that come with wf beside its sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of this package, absolute, links resolved. */
export const PACKAGE = Bun.fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

export const shippedPath = (path: string): string => join(PACKAGE, "share", path);

export const readShipped = (path: string): string => readFileSync(shippedPath(path), "utf8");

/** As it runs; for what is told to people. */
export const wfVersion = async (): Promise<string> => (await import("../../../package.json", { with: { type: "json" } })).default.version;
