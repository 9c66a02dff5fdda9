/** The JSON Schema of a user's input schema, for `wf list --json`; null when its library cannot give one. */
import { z } from "zod";

export const jsonSchema = (schema: unknown): unknown => {
  try {
    return z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" });
  } catch {
    return null; // another library than zod 4, or a schema that JSON Schema has no words for
  }
};
