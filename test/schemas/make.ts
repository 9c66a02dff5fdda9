/**
 * Writes the JSON Schemas under `docs/reference` anew, and removes those of documents that there are no more.
 *
 *     bun test/schemas/make.ts
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DOCUMENTS, type DocumentName, schemaText } from "./documents.ts";
import { FOLDER, fileOf } from "./files.ts";

mkdirSync(FOLDER, { recursive: true });
const names = Object.keys(DOCUMENTS) as DocumentName[];
for (const file of readdirSync(FOLDER)) if (file.endsWith(".schema.json")) rmSync(join(FOLDER, file));
for (const name of names) writeFileSync(fileOf(name), schemaText(name));
process.stdout.write(`${names.length} schemas in ${FOLDER}\n`);
