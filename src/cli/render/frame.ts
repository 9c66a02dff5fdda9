/**
 * Where in the user's own code an error came from.
 *
 * The first line of a stack that is neither of wf, nor of an installed package, nor of the runtime; one inside the project goes before
 * others.
 */
import { dirname, join, relative, resolve, sep } from "node:path";

/** The folders of wf's own code: its sources, what build/ makes of them, and what is inside of an executable. */
const OURS = [...["src", "dist"].map((folder) => join(dirname(dirname(dirname(import.meta.dir))), folder) + sep), "/$bunfs/"];

/** `    at charge (/app/workflows/pay.ts:12:5)`, `    at /app/workflows/pay.ts:12:5`, also with `file://`. */
const FRAME = /^\s+at (?:.*?\()?(?:file:\/\/)?([^()\s][^()]*?):(\d+):(\d+)\)?$/;

export interface Frame {
  /** Absolute. */
  readonly file: string;
  /** Counted from 1. */
  readonly row: number;
  /** `workflows/pay.ts:12:5`, relative to `root` when it lies inside. */
  readonly text: string;
}

export const ownFrame = (stack: string, root?: string): Frame | undefined => {
  const frames = stack.split("\n").flatMap((text) => {
    const [, file = "", row = "", column = ""] = FRAME.exec(text) ?? [];
    return isForeign(file) ? [] : [{ file, row, column }];
  });
  const found = frames.find(({ file }) => isInside(file, root)) ?? frames[0];
  if (found === undefined) return undefined;
  const { file, row, column } = found;
  const shown = root !== undefined && isInside(file, root) ? relative(root, file) : file;
  return { file, row: Number(row), text: `${shown}:${row}:${column}` };
};

const isForeign = (file: string): boolean =>
  file === "" ||
  /^(?:node|bun|native|internal):?/.test(file) ||
  file.includes(`${sep}node_modules${sep}`) ||
  OURS.some((folder) => file.startsWith(folder));

const isInside = (file: string, root: string | undefined): boolean => root !== undefined && file.startsWith(resolve(root) + sep);
