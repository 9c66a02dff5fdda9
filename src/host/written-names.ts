/**
 * Names of workflows as they are written in the files, for completion in a shell: nothing is loaded, so nothing runs because of a key.
 *
 * A name that is put together by code is not found here; once it has run, the database knows it. Nor is a file read that is longer than a
 * person writes.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { readHeader } from "../model/scripts/header.ts";
import { discover } from "./discovery.ts";

const MAX_FILES = 500;
const MAX_BYTES = 200_000;

/** What may stand between `define(` and `name:` are other settings, so the first name after it is the one. */
const DEFINED =
  /\b(?:Workflow\.define|defineWorkflow)\s*(?:<[^(]*>)?\(\s*\{(?:(?!\bname:)[\s\S]){0,2000}\bname:\s*(["'`])([A-Za-z0-9][\w.-]*)\1/g;
const SOURCE = /\.(?:tsx?|mts|mjs|cjs|js)$/;

export const writtenNames = (root: string): readonly string[] => {
  const { files } = discover(root, { files: MAX_FILES, entries: MAX_FILES * 10 });
  return [...new Set(files.flatMap((file) => namesIn(file, textOf(join(root, file)))))].sort();
};

const namesIn = (file: string, text: string): readonly string[] => {
  if (SOURCE.test(file)) return [...text.matchAll(DEFINED)].map(([, , name = ""]) => name);
  const read = readHeader(text);
  return read.kind === "header" ? [read.header.name ?? basename(file, extname(file))] : [];
};

const textOf = (path: string): string => {
  try {
    return statSync(path).size > MAX_BYTES ? "" : readFileSync(path, "utf8");
  } catch {
    return "";
  }
};
