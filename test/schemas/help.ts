/** What help answers, as JSON. */
import { z } from "zod";
import { FORMATS } from "../../src/cli/out-format.ts";

const option = z.strictObject({ flags: z.string(), description: z.string() });

export const overview = z.strictObject({
  commands: z.array(z.strictObject({ name: z.string(), group: z.string(), summary: z.string() })),
  topics: z.array(z.string()),
  options: z.array(option).describe("those that every command takes"),
});

export const command = z.strictObject({
  name: z.string(),
  usage: z.string(),
  summary: z.string(),
  details: z.string().nullable(),
  options: z.array(option).describe("its own"),
  examples: z.array(z.string()),
  formats: z.array(z.enum(FORMATS)).describe("what -o takes"),
});

export const exitCodes = z.array(z.strictObject({ code: z.int().min(0).max(255), meaning: z.string() }));

export const version = z.strictObject({ version: z.string() });
