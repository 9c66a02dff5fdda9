/** Where the JSON Schemas are kept. */
import { join, resolve } from "node:path";

export const FOLDER = resolve(import.meta.dir, "../../docs/reference");

export const fileOf = (name: string): string => join(FOLDER, `${name}.schema.json`);
