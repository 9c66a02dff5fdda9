/**
 * What a workflow takes, in a few characters: the keys of the JSON Schema of its input, `email, plan?`.
 *
 * A `?` marks what may be left out. Anything but an object is its type; several forms stand beside each other.
 */
export const inputKeys = (schema: unknown): string => {
  if (!isRecord(schema)) return "";
  const properties = schema["properties"];
  if (isRecord(properties)) return keys(properties, schema["required"]);
  const forms = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(forms)) return [...new Set(forms.slice(0, MAX_FORMS).map(formOf))].join(" | ");
  return typeName(schema["type"]);
};

const MAX_FORMS = 10;

const keys = (properties: Readonly<Record<string, unknown>>, required: unknown): string =>
  Object.keys(properties)
    .map((key) => (Array.isArray(required) && required.includes(key) ? key : `${key}?`))
    .join(", ");

/** One level deep: a schema may refer to itself. */
const formOf = (form: unknown): string => {
  if (!isRecord(form)) return "any";
  const properties = form["properties"];
  return isRecord(properties) ? `{ ${keys(properties, form["required"])} }` : typeName(form["type"]) || "any";
};

const typeName = (type: unknown): string => (Array.isArray(type) ? type.map(String).join(" | ") : typeof type === "string" ? type : "");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
