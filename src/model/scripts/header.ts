/**
 * The header of a script that is a workflow: settings in a comment among its first lines.
 *
 *     #!/usr/bin/env bash
 *     # wf: name=nightly schedule="0 2 * * *" timezone=Europe/Paris
 *     # wf: timeout=2h retry=3
 *
 * The comment begins with `#`, `//`, `--` or `;`. Values with spaces stand in double or single quotes, where `\"` and `\\` mean themselves.
 * Several such lines count together. What callers may rely on: nothing is thrown, and a line that cannot be read is a problem, told with
 * its number; it never becomes a workflow with other settings than were meant.
 */
import { quoted } from "../escape.ts";
import { suggest } from "../suggest.ts";

export const HEADER_KEYS = [
  "name",
  "version",
  "description",
  "schedule",
  "timezone",
  "overlap",
  "catchUp",
  "timeout",
  "concurrency",
  "priority",
  "retry",
] as const;
export type HeaderKey = (typeof HEADER_KEYS)[number];
export type Header = Readonly<Partial<Record<HeaderKey, string>>>;

/** `none`: it is no workflow. */
export type ReadHeader =
  { readonly kind: "none" } | { readonly kind: "header"; readonly header: Header } | { readonly kind: "wrong"; readonly problem: string };

/** How much of a file is looked at. */
export const HEADER_BYTES = 8_192;
const HEADER_LINES = 30;

const LINE = /^\s*(?:#+|\/\/+|--+|;+)\s*wf:(.*)$/;

/** @param text the beginning of a file */
export const readHeader = (text: string): ReadHeader => {
  const lines = text.split("\n", HEADER_LINES).map((line, index) => ({ rest: LINE.exec(line.replace(/\r$/, ""))?.[1], number: index + 1 }));
  const own = lines.filter(({ rest }) => rest !== undefined);
  if (own.length === 0) return { kind: "none" };
  const header = new Map<HeaderKey, string>();
  for (const { rest = "", number } of own) {
    const problem = addPairs(header, rest);
    if (problem !== undefined) return { kind: "wrong", problem: `its header (line ${number}) ${problem}` };
  }
  return { kind: "header", header: Object.fromEntries(header) };
};

/** Quotes are part of a value only as `\"` or in the other kind. */
const PAIR = /^([A-Za-z_][\w-]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+))(?=\s|$)/;

/** @returns what is wrong, if anything */
const addPairs = (header: Map<HeaderKey, string>, text: string): string | undefined => {
  let rest = text.trim();
  while (rest !== "") {
    const pair = PAIR.exec(rest);
    if (pair === null) return `is not key=value at ${quoted(rest.slice(0, 40))}; values with spaces stand in quotes`;
    const [whole, key = "", double, single, bare = ""] = pair;
    const known = HEADER_KEYS.find((one) => one === key);
    if (known === undefined) return unknown(key);
    if (header.has(known)) return `gives ${known} twice`;
    header.set(known, double?.replace(/\\(["\\])/g, "$1") ?? single ?? bare);
    rest = rest.slice(whole.length).trimStart();
  }
  return undefined;
};

const unknown = (key: string): string => {
  const near = suggest(key, HEADER_KEYS);
  const next = near === undefined ? `there are ${HEADER_KEYS.join(", ")}` : `did you mean ${near}?`;
  return `has a key ${quoted(key)}, which is not known: ${next}`;
};
