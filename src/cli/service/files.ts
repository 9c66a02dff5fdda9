/** A file of a service: looked at before it is written, replaced as a whole, and removed only while it is as it was made. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { type Ownership, ownershipOf } from "./seal.ts";

export const home = (): string => process.env["HOME"] ?? homedir();

/** @param without takes the mark out of the text again */
export const ownershipOfFile = (path: string, without: (text: string) => string): Ownership | "none" => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "none";
  return found.isFile() ? ownershipOf(readFileSync(path, "utf8"), without) : "foreign";
};

export const writeWhole = (path: string, text: string): "created" | "renewed" | "kept" => {
  const before = lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path, "utf8");
  if (before === text) return "kept";
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.part`;
  writeFileSync(draft, text, { flag: "wx" });
  chmodSync(draft, 0o644);
  renameSync(draft, path);
  return before === undefined ? "created" : "renewed";
};

export const removeFile = (path: string): void => rmSync(path, { force: true });
