/**
 * A workflow's source as one piece of bytes: its files with their paths, compressed.
 *
 * Paths count from the folder that holds both the project and all files, so that imports from outside of the project keep their way too:
 *
 *     /mono/app/workflows/a.ts   (project: /mono/app)        app/workflows/a.ts
 *     /mono/shared/x.ts                                 ─►   shared/x.ts              root: "app"
 *
 * What callers may rely on: unpacked paths stay within their folder, whatever the bytes hold.
 */
import { isUtf8 } from "node:buffer";
import { dirname, join, relative, sep } from "node:path";
import { hashOf, type SourceContents } from "./source-hash.ts";

export interface PackedFile {
  /** With "/", no ".." in it. */
  readonly path: string;
  readonly content: Uint8Array;
}

export interface UnpackedSource {
  /** The project's folder among the paths; "" when they count from it. */
  readonly root: string;
  /** The workflow's own file first. */
  readonly files: readonly PackedFile[];
}

/** Before it is compressed. Far more than people write; generated code beyond it is not worth a row of that size for each version. */
const MAX_BYTES = 16 * 1_048_576;

const FORMAT = 1;

interface Packed {
  readonly format: number;
  readonly root: string;
  readonly files: readonly { readonly path: string; readonly text?: string; readonly base64?: string }[];
}

/** Undefined when it is too large. */
export const packSource = (root: string, contents: SourceContents): Uint8Array | undefined => {
  let bytes = 0;
  for (const content of contents.values()) bytes += content.byteLength;
  if (bytes > MAX_BYTES) return undefined;
  const base = commonFolder([root, ...[...contents.keys()].map(dirname)]);
  const files = [...contents].map(([path, content]) => ({ path: slashed(relative(base, path)), ...encoded(content) }));
  const packed: Packed = { format: FORMAT, root: slashed(relative(base, root)), files };
  return Bun.zstdCompressSync(JSON.stringify(packed));
};

/** @throws when the bytes are no packed source */
export const unpackSource = (bytes: Uint8Array): UnpackedSource => {
  const { format, root, files } = JSON.parse(new TextDecoder().decode(Bun.zstdDecompressSync(bytes))) as Packed;
  if (format !== FORMAT) throw new Error(`it is packed in format ${String(format)}, which this version does not know`);
  if (!isInside(root) && root !== "") throw new Error("its root leads elsewhere");
  return { root, files: files.map(({ path, text, base64 }) => ({ path: checked(path), content: decoded(text, base64) })) };
};

/** As `readSource` would give it where the files are written. */
export const hashOfUnpacked = ({ files }: UnpackedSource): string =>
  hashOf(new Map(files.map(({ path, content }) => [join(sep, path), content])));

const encoded = (content: Uint8Array): { readonly text: string } | { readonly base64: string } =>
  // A byte order mark would not come back out of a text.
  isUtf8(content) && content[0] !== 0xef
    ? { text: new TextDecoder().decode(content) }
    : { base64: Buffer.from(content).toString("base64") };

const decoded = (text: string | undefined, base64: string | undefined): Uint8Array =>
  text === undefined ? new Uint8Array(Buffer.from(base64 ?? "", "base64")) : new TextEncoder().encode(text);

const checked = (path: string): string => {
  if (!isInside(path)) throw new Error("one of its paths leads elsewhere");
  return path;
};

const isInside = (path: unknown): boolean =>
  typeof path === "string" && !/[\0\\]/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");

const slashed = (path: string): string => path.replaceAll(sep, "/");

const commonFolder = (folders: readonly string[]): string => {
  let common = folders[0] ?? sep;
  for (const folder of folders)
    while (!`${folder}${sep}`.startsWith(common.endsWith(sep) ? common : common + sep)) common = dirname(common);
  return common;
};
