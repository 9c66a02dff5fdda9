/** The JSON Schemas under `docs/reference`: they are those of the shapes, and each has its place on the page on output. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { DOCUMENTS, type DocumentName, schemaText } from "./documents.ts";
import { FOLDER, fileOf } from "./files.ts";

const names = Object.keys(DOCUMENTS) as DocumentName[];
const page = readFileSync(resolve(import.meta.dir, "../../docs/reference-output.md"), "utf8");

describe.each(names)("%s.schema.json", (name) => {
  test("is what `bun test/schemas/make.ts` writes", () => {
    expect(existsSync(fileOf(name)) && readFileSync(fileOf(name), "utf8")).toBe(schemaText(name));
  });

  test("is linked from the page on output", () => {
    expect(page).toContain(`(reference/${name}.schema.json)`);
  });

  test("allows a field that was added later, and asks for those that are there", () => {
    const schema = JSON.parse(schemaText(name)) as { readonly type?: string };
    expect(schemaText(name)).not.toContain('"additionalProperties": false');
    const shape = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
    // The columns of a row are those that were asked for.
    const lacking = name === "rows" ? null : {};
    expect(shape.safeParse(schema.type === "array" ? [lacking] : lacking).success).toBe(false);
  });
});

test("there is no schema of anything else", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(names.map((name) => `${name}.schema.json`).sort());
});
