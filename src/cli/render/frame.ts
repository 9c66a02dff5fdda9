/**
 * Where in the user's own code an error came from.
 *
 * The first line of a stack that is neither of wf, nor of an installed package, nor of the runtime; one inside the project goes before
 * others.
 */
import { dirname, relative, resolve, sep } from "node:path";

/** The folder of wf's own code. */
const OURS = dirname(dirname(import.meta.dir)) + sep;

/** `    at charge (/app/workflows/pay.ts:12:5)`, `    at /app/workflows/pay.ts:12:5`, also with `file://`. */
const FRAME = /^\s+at (?:.*?\()?(?:file:\/\/)?([^()\s][^()]*?):(\d+):(\d+)\)?$/;

/** `workflows/pay.ts:12:5`, relative to `root` when it lies inside. */
export const ownFrame = (stack: string, root?: string): string | undefined => {
  const frames = stack.split("\n").flatMap((text) => {
    const [, file = "", row = "", column = ""] = FRAME.exec(text) ?? [];
    return isForeign(file) ? [] : [{ file, place: `${row}:${column}` }];
  });
  const found = frames.find(({ file }) => isInside(file, root)) ?? frames[0];
  if (found === undefined) return undefined;
  const shown = root !== undefined && isInside(found.file, root) ? relative(root, found.file) : found.file;
  return `${shown}:${found.place}`;
};

const isForeign = (file: string): boolean =>
  file === "" || /^(?:node|bun|native|internal):?/.test(file) || file.includes(`${sep}node_modules${sep}`) || file.startsWith(OURS);

const isInside = (file: string, root: string | undefined): boolean => root !== undefined && file.startsWith(resolve(root) + sep);
