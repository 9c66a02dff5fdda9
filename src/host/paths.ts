/** Whether a path lies in a folder, and what it is called there. Both absolute, links resolved. */
import { relative, sep } from "node:path";

/** With "/" on every system, as it is stored; undefined outside, and for the folder itself. */
export const pathWithin = (folder: string, path: string): string | undefined => {
  const found = relative(folder, path);
  const isOutside = found === "" || found === ".." || found.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(found);
  return isOutside ? undefined : found.replaceAll(sep, "/");
};
