/**
 * Which keys there are for sensitive values, and where they are looked for.
 *
 *     to encrypt   WF_KEY, or else `.wf.key` beside the database, which is made when there is none
 *     to decrypt   also WF_KEY_PREVIOUS (keys with commas or blanks between them) and `.wf.key.previous` (one a line)
 *
 * What callers may rely on:
 *   1. A key that is put back is found at the next look: nothing that is missing is remembered.
 *   2. A file that was there and is gone is not replaced by a new one in the same process: that would hide that it was lost.
 */
import { dirname, join } from "node:path";
import { fail } from "../model/errors.ts";
import type { Key, Keys } from "./cipher.ts";
import { makeKeyFile, readKeyFile, readKeyLines, stampOf } from "./key-file.ts";
import { parseKey } from "./key-text.ts";

export interface KeyPlaces {
  readonly databaseFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const systemKeys = ({ databaseFile, env }: KeyPlaces): Keys => {
  const file = join(dirname(databaseFile), ".wf.key");
  const known = new Map<string, Key>();
  let inFile: { readonly key: Key; readonly stamp: string | undefined } | undefined;

  const keep = (key: Key): Key => {
    known.set(key.id, key);
    return key;
  };

  const fromFile = (): Key => {
    const stamp = stampOf(file);
    if (inFile !== undefined && inFile.stamp === stamp) return inFile.key;
    if (inFile !== undefined && stamp === undefined) {
      throw fail("KEY_UNUSABLE", { where: file, problem: "was there and is gone", next: "Put it back: values were encrypted with it." });
    }
    const key = readKeyFile(file) ?? makeKeyFile(file);
    inFile = { key, stamp: stampOf(file) };
    return keep(key);
  };

  return {
    current: () => (given(env["WF_KEY"]) === undefined ? fromFile() : keep(parseKey(env["WF_KEY"]?.trim() ?? "", "WF_KEY"))),
    find(id) {
      const places: Record<string, () => readonly Key[]> = {
        WF_KEY: () => split(env["WF_KEY"]).map((text) => parseKey(text, "WF_KEY")),
        WF_KEY_PREVIOUS: () => split(env["WF_KEY_PREVIOUS"]).map((text) => parseKey(text, "WF_KEY_PREVIOUS")),
        [file]: () => [readKeyFile(file)].filter((key) => key !== undefined),
        [`${file}.previous`]: () => (readKeyLines(`${file}.previous`) ?? []).map((line) => parseKey(line, `${file}.previous`)),
      };
      const found = known.get(id) ?? first(Object.values(places), (key) => key.id === id);
      if (found === undefined) throw fail("KEY_MISSING", { keyId: id, looked: Object.keys(places) });
      return keep(found);
    },
  };
};

/** In the first place that has it; a place that cannot be read counts only where no other has it. */
const first = (places: readonly (() => readonly Key[])[], isWanted: (key: Key) => boolean): Key | undefined => {
  let problem: unknown;
  for (const keysOf of places) {
    try {
      const found = keysOf().find(isWanted);
      if (found !== undefined) return found;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return undefined;
};

const given = (text: string | undefined): string | undefined => (text === undefined || text.trim() === "" ? undefined : text);
const split = (text: string | undefined): readonly string[] => (given(text) ?? "").split(/[\s,]+/).filter(Boolean);
