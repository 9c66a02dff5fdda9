/**
 * The content hash of a workflow's source: its file and all local files that it imports, directly or not.
 *
 * Only relative imports are followed: a package has a version, a local file has nothing else to tell that it changed. Paths count relative
 * to the file, so that moving the project changes nothing.
 */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, relative } from "node:path";

export interface Source {
  /** The first 128 bits of a SHA-256, in hexadecimal. */
  readonly hash: string;
  /** Absolute paths, the file itself first. */
  readonly files: readonly string[];
}

/** By absolute path, links resolved; the file itself first. */
export type SourceContents = ReadonlyMap<string, Uint8Array>;

/** A bound for generated code; what is past it does not count. */
const MAX_FILES = 1_000;

/** @throws the system's error when the file itself cannot be read */
export const readSource = (file: string): Source => {
  const contents = readContents(file);
  return { hash: hashOf(contents), files: [...new Set([file, ...contents.keys()])] };
};

/** @throws the system's error when the file itself cannot be read */
export const readContents = (file: string): SourceContents => {
  // Imports are found where they really are, so the file has to be told from there too: else a link to it would hide what it imports.
  const contents = new Map<string, Uint8Array>([[realpathSync(file), readFileSync(file)]]);
  for (const [path, content] of contents) {
    for (const imported of localImports(path, content)) {
      if (contents.size >= MAX_FILES) break;
      if (!contents.has(imported)) addIfReadable(contents, imported);
    }
  }
  return contents;
};

const addIfReadable = (contents: Map<string, Uint8Array>, path: string): void => {
  try {
    contents.set(path, readFileSync(path));
  } catch {
    // Loading the file will say so, in better words.
  }
};

/** Lengths stand between the parts: else a line moved from one file to the next would change nothing. */
export const hashOf = (contents: SourceContents): string => {
  const hasher = new Bun.CryptoHasher("sha256");
  const [first] = contents.keys();
  const folder = dirname(first ?? "");
  const [entry, ...imported] = [...contents].map(([path, content]) => ({ name: relative(folder, path), content }));
  imported.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { name, content } of [{ name: "", content: entry?.content ?? new Uint8Array() }, ...imported]) {
    hasher.update(`${name}\0${content.byteLength}\0`);
    hasher.update(content);
  }
  return hasher.digest("hex").slice(0, 32);
};

const SCRIPT = /\.([cm]?ts|tsx|[cm]?js|jsx)$/;

const localImports = (path: string, content: Uint8Array): string[] => {
  const extension = SCRIPT.exec(path)?.[1];
  if (extension === undefined) return [];
  const specifiers = scan(extension.endsWith("ts") ? "ts" : "tsx", new TextDecoder().decode(content));
  return specifiers.filter((specifier) => /^\.\.?(\/|$)/.test(specifier)).flatMap((specifier) => locate(specifier, dirname(path)));
};

/** `ts` and not `tsx` for TypeScript without JSX, where `<T>value` is a cast. Plain JavaScript may hold JSX for Bun. */
const scanners = new Map<"ts" | "tsx", Bun.Transpiler>();

const scan = (loader: "ts" | "tsx", text: string): string[] => {
  const scanner = scanners.get(loader) ?? new Bun.Transpiler({ loader });
  scanners.set(loader, scanner);
  try {
    return scanner.scanImports(text).map(({ path }) => path);
  } catch {
    // It does not parse: loading it will say so.
    return [];
  }
};

const locate = (specifier: string, folder: string): string[] => {
  try {
    return [Bun.resolveSync(specifier, folder)];
  } catch {
    return [];
  }
};
