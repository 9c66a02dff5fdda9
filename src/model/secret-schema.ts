/**
 * `secretOf(schema)`: checks a value as the schema does, and wraps it into a `Secret`.
 *
 *     "abc" ─┐
 *            ├─► the value ──schema──► checked ──► Secret        from outside, or a secret that is one already
 *     Secret ┘
 *
 * What callers may rely on: for outsiders (`wf list --json`) it takes what the schema takes, marked `writeOnly`. From the moment it is
 * given a value, also one that it refuses, no text of this process tells it.
 */
import { z } from "zod";
import { learn } from "./known-secrets.ts";
import type { Schema } from "./schema.ts";
import { isSecret, type Secret, secret } from "./secret.ts";

/**
 * @param schema of zod, or any Standard Schema
 * @returns a schema of zod: a field of a `z.object`, or by itself that of an input, output or payload
 */
export const secretOf = <Input, Output>(schema: Schema<Input, Output>): z.ZodType<Secret<Output>, Input | Secret<Output>> => {
  const plain = z.preprocess(unwrapped, "_zod" in schema ? (schema as unknown as z.ZodType) : checkedBy(schema));
  // Not as the callback itself: it would be given more than the value.
  return plain.transform((value) => secret(value as Output)).meta({ writeOnly: true }) as z.ZodType<Secret<Output>, Input | Secret<Output>>;
};

const unwrapped = (value: unknown): unknown => {
  const plain: unknown = isSecret(value) ? value.reveal() : value;
  learn(plain);
  return plain;
};

const checkedBy = (schema: Schema): z.ZodType =>
  z.unknown().transform(async (value, ctx) => {
    const result = await schema["~standard"].validate(value);
    if (result.issues === undefined) return result.value;
    for (const { message, path = [] } of result.issues) {
      const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
      ctx.addIssue({ code: "custom", message, path: keys });
    }
    return z.NEVER;
  });
