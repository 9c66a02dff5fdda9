/** What is told of a key that nothing knows: the one that was probably meant, or those that there are. */
import { quoted } from "./escape.ts";
import { suggest } from "./suggest.ts";

/** The part of a zod schema that is asked: an object has a shape, what is around it can be taken off. */
export interface Asked {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly unwrap?: () => unknown;
}

/** `there is no "retries": did you mean "retry"?` */
export const unknownKey = (schema: Asked, path: readonly PropertyKey[], key: string): string => {
  const known = Object.keys(shapeAt(schema, path));
  const near = suggest(key, known);
  const place = (name: string): string => quoted([...path, name].join("."));
  const next = near === undefined ? `there are ${known.join(", ")}` : `did you mean ${place(near)}?`;
  return `there is no ${place(key)}: ${next}`;
};

const shapeAt = (schema: Asked, path: readonly PropertyKey[]): Readonly<Record<string, unknown>> =>
  path.reduce<Readonly<Record<string, unknown>>>((shape, part) => shapeOf(shape[String(part)]), shapeOf(schema));

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> => {
  const { shape, unwrap } = (schema ?? {}) as Asked;
  if (shape !== undefined) return shape;
  return unwrap === undefined ? {} : shapeOf(unwrap.call(schema));
};
