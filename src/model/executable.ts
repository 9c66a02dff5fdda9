/**
 * Whether this program is the executable that `build/whole.ts` makes, in which Bun and wf are one file.
 *
 * What callers may rely on: it is said before anything else is loaded, and nobody else's executable says it.
 */
const EXECUTABLE = Symbol.for("wflite.executable");

/** The path of its file; undefined where Bun runs wf from files. */
export const executable = (): string | undefined => (globalThis as { readonly [EXECUTABLE]?: string })[EXECUTABLE];

export const setExecutable = (path: string): void => void Object.defineProperty(globalThis, EXECUTABLE, { value: path });

/**
 * What to import for a file, given as an absolute path.
 *
 * From within the executable Bun 1.4.5 resolves an absolute path by `paths` of the tsconfig.json above the file, and `"*"` leads anywhere.
 * A relative one means the file. It counts from the current directory, wherever that is: above the root there is only the root.
 */
export const importable = (file: string): string => (executable() === undefined ? file : TO_ROOT + file.slice(1));

const TO_ROOT = "../".repeat(200);
