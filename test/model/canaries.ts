/** A secret in the eight encodings in which it may turn up, and a look for any of them. */

export type Encoding = "plain" | "base64" | "base64url" | "URL" | "form" | "JSON" | "hex" | "HEX";

export const ENCODINGS: Readonly<Record<Encoding, (secret: string) => string>> = {
  plain: (secret) => secret,
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  URL: encodeURIComponent,
  form: (secret) => new URLSearchParams({ a: secret }).toString().slice(2),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  hex: (secret) => Buffer.from(secret).toString("hex"),
  HEX: (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
};

/** The encodings in which a text or file holds the secret; none is what a test wants. */
export const encodingsIn = (haystack: string | Uint8Array, secret: string): readonly Encoding[] => {
  const bytes = Buffer.from(haystack as Uint8Array);
  return (Object.keys(ENCODINGS) as Encoding[]).filter((name) => bytes.includes(ENCODINGS[name](secret)));
};
