/**
 * The line of the user's own code that an error came from.
 *
 * A stack is a text of others: it could name any file. So only a small, regular file with the name of a program is read, and only inside
 * the project, links resolved. A file that was changed after the error has other lines now: of it none is shown.
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { sep } from "node:path";

const MAX_BYTES = 1024 * 1024;
const MAX_LENGTH = 200;
const PROGRAM = /\.[cm]?[jt]sx?$/;

/** @param row counted from 1; @param errorAt epoch ms; without it the file is taken as it is */
export type ReadSourceLine = (file: string, row: number, errorAt: number | undefined) => string | undefined;

export const readSourceLine =
  (root: string): ReadSourceLine =>
  (file, row, errorAt) => {
    try {
      const real = realpathSync(file);
      if (!PROGRAM.test(real) || !real.startsWith(realpathSync(root) + sep)) return undefined;
      const found = statSync(real);
      const { size, mtimeMs } = found;
      if (!found.isFile() || size > MAX_BYTES || (errorAt !== undefined && mtimeMs > errorAt)) return undefined;
      const text = readFileSync(real, "utf8").split("\n")[row - 1]?.trim();
      return text === undefined || text === "" ? undefined : text.slice(0, MAX_LENGTH);
    } catch {
      return undefined; // gone, or not for us to read
    }
  };
