/**
 * The forms in which a secret shows up in texts: as it is, and as base64, base64url, URL-encoded, JSON-escaped and hex.
 *
 * What callers may rely on:
 *   1. No form is shorter than `MIN_SECRET_CHARACTERS`: replacing shorter ones would make holes everywhere and hide nothing.
 *   2. Each line of a secret of several lines is a secret of its own, since logs cut texts into lines.
 *   3. Base64 is known at each of its three alignments, so that `base64("user:" + secret)` is found too, but for the characters at either
 *      end that hold bits of the neighbours.
 */

/** In UTF-16 units. */
export const MIN_SECRET_CHARACTERS = 6;

/** A longer text is known as it is and JSON-escaped, but not in its other forms: they would take a dozen times its memory. */
export const MAX_ENCODED_CHARACTERS = 4_096;

export const formsOf = (secret: string): readonly string[] => {
  const forms = new Set<string>();
  for (const line of linesOf(secret)) for (const form of formsOfLine(line)) forms.add(form);
  return [...forms].filter((form) => form.length >= MIN_SECRET_CHARACTERS);
};

/** Of a secret that is bytes and not text: a key, say. */
export const formsOfBytes = (bytes: Uint8Array): readonly string[] =>
  bytes.length > MAX_ENCODED_CHARACTERS
    ? []
    : [...base64Forms(bytes), ...hexForms(bytes)].filter((form) => form.length >= MIN_SECRET_CHARACTERS);

const linesOf = (secret: string): readonly string[] => {
  if (!/[\r\n]/.test(secret)) return [secret];
  return [secret, ...secret.split(/[\r\n]+/).flatMap((line) => [line, line.trim()])].filter((line) => line.length >= MIN_SECRET_CHARACTERS);
};

const formsOfLine = (text: string): readonly string[] => {
  if (text.length < MIN_SECRET_CHARACTERS) return [];
  const wellFormed = text.toWellFormed();
  if (text.length > MAX_ENCODED_CHARACTERS) return [text, wellFormed, inner(wellFormed)];
  const bytes = Buffer.from(wellFormed, "utf8");
  return [text, wellFormed, ...jsonForms(wellFormed), ...urlForms(wellFormed), ...base64Forms(bytes), ...hexForms(bytes)];
};

/** As JSON.stringify writes it; with all that is not ASCII escaped; with `<` or `/` escaped; and as JSON inside of JSON. */
const jsonForms = (text: string): readonly string[] => {
  const json = inner(text);
  const ascii = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [json, ascii, json.replaceAll("<", "\\u003C"), json.replaceAll("/", "\\/"), inner(json)];
};

const inner = (text: string): string => JSON.stringify(text).slice(1, -1);

const urlForms = (text: string): readonly string[] => {
  const component = encodeURIComponent(text);
  const strict = component.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ "": text }).toString().slice(1);
  return [encodeURI(text), component, strict, form].flatMap((encoded) => [encoded, encoded.replace(/%[0-9A-F]{2}/g, lower)]);
};

const lower = (text: string): string => text.toLowerCase();

const hexForms = (bytes: Uint8Array): readonly string[] => {
  const hex = Buffer.from(bytes).toString("hex");
  return [hex, hex.toUpperCase()];
};

/** Widths at which `base64` and PEM break their lines. */
const WRAPPED_AT = [76, 64];

const base64Forms = (bytes: Uint8Array): readonly string[] => {
  const whole = Buffer.from(bytes).toString("base64");
  const wrapped = WRAPPED_AT.flatMap((width) => (whole.length > width ? (whole.match(new RegExp(`.{1,${width}}`, "g")) ?? []) : []));
  const forms = [whole, whole.replace(/=+$/, ""), ...wrapped, ...[0, 1, 2].map((offset) => embedded(bytes, offset))];
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
};

/** The base64 of bytes that stand behind `offset` others, as far as no neighbour has a say in it. */
const embedded = (bytes: Uint8Array, offset: number): string => {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
};
