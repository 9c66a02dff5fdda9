/**
 * Whether this program is the executable that `build/whole.ts` makes, in which Bun and wf are one file.
 *
 * What callers may rely on: it is said before anything else is loaded, and nobody else's executable says it.
 */
const EXECUTABLE = Symbol.for("wflite.executable");

/** What its first argument begins with; the name of an entry follows. Nobody else calls it so. */
export const ENTRY = "wflite:";

/** The path of its file; undefined where Bun runs wf from files. */
export const executable = (): string | undefined => (globalThis as { readonly [EXECUTABLE]?: string })[EXECUTABLE];

export const setExecutable = (path: string): void => void Object.defineProperty(globalThis, EXECUTABLE, { value: path });

/**
 * What to import for a file, given as an absolute path, where there is no module beside which it would be looked for.
 *
 * Bun 1.4.5 resolves an absolute path by `paths` of the tsconfig.json of the current directory, or of that above the file, and `"*"` leads
 * anywhere. A relative one means the file, and counts from the current directory. Above the root there is only the root.
 *
 * @param cwd absolute
 */
export const fromNowhere = (file: string, cwd: string): string => "../".repeat(cwd.split("/").length) + file.slice(1);

/** The same for a module of ours, which has its place only where it is a file. */
export const importable = (file: string, cwd: () => string): string => (executable() === undefined ? file : fromNowhere(file, cwd()));
