/**
 * What is noted of the workflow files whenever their schedules have been read, so that a tick with nothing to do need not load them.
 *
 * As lines, since the short way of a tick reads them by itself (`src/host/files-mark.ts`): `root files [retryAt]`, then one import a line.
 */
export interface FilesNote {
  /** `<root> <files>`, both as hashes: changes when one of them does. */
  readonly mark: string;
  /** Files that count beside those in `workflows/`, relative to the root. */
  readonly imports: readonly string[];
  /** A file did not load; the cause may lie outside, so it is tried again from this instant on. Null: all have loaded. */
  readonly retryAt: number | null;
}

export const writeNote = ({ mark, imports, retryAt }: FilesNote): string =>
  [retryAt === null ? mark : `${mark} ${retryAt}`, ...imports].join("\n");

/** `undefined` for what nobody has noted. */
export const readNote = (text: string | undefined): FilesNote | undefined => {
  if (text === undefined) return undefined;
  const [first = "", ...imports] = text.split("\n");
  const [root = "", files = "", retryAt] = first.split(" ");
  return { mark: `${root} ${files}`, imports, retryAt: retryAt === undefined ? null : Number(retryAt) };
};

export const isSameRoot = (one: FilesNote, mark: string): boolean => one.mark.split(" ")[0] === mark.split(" ")[0];

export const isCurrent = (note: FilesNote, mark: string, now: number): boolean =>
  note.mark === mark && (note.retryAt === null || now < note.retryAt);
