/**
 * "Did you mean …?": the candidate that a mistyped word most likely stood for.
 *
 * Nearest by edits: a character inserted, removed, replaced, or swapped with its neighbour counts one (Damerau-Levenshtein, each place
 * edited at most once). A word that a candidate begins with beats any distance, since people abbreviate. Case is ignored. Ties fall to the
 * longer common beginning, then to the nearer length ("stauts" is `status` with two letters swapped rather than `stats`), then to the
 * lesser text, never to the order of the candidates.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > MAX_LENGTH) return undefined;
  let best: Match | undefined;
  for (const candidate of candidates) {
    const match = compare(word.toLowerCase(), candidate);
    if (match !== undefined && (best === undefined || isBetter(match, best))) best = match;
  }
  return best?.candidate;
}

/** Past this a word is no mistyped name, and the comparison, quadratic in it, would take time. */
const MAX_LENGTH = 200;

interface Match {
  readonly candidate: string;
  readonly begins: boolean;
  readonly distance: number;
  readonly sharedLength: number;
  readonly lengthGap: number;
}

function compare(word: string, candidate: string): Match | undefined {
  const name = candidate.toLowerCase();
  if (name.length > MAX_LENGTH) return undefined;
  // One letter begins too many names to say anything.
  const begins = word.length > 1 && name.startsWith(word);
  // One edit in three characters, at most three: "rnu" is run, "abc" is not run.
  const allowed = Math.min(3, Math.ceil(Math.max(word.length, name.length) / 3));
  const lengthGap = Math.abs(name.length - word.length);
  if (!begins && lengthGap > allowed) return undefined;
  const distance = editDistance(word, name);
  // With every character replaced nothing of the word is left to recognise.
  const isNear = distance <= allowed && distance < Math.max(word.length, name.length);
  return begins || isNear ? { candidate, begins, distance, sharedLength: sharedLength(word, name), lengthGap } : undefined;
}

function isBetter(one: Match, other: Match): boolean {
  if (one.begins !== other.begins) return one.begins;
  if (one.distance !== other.distance) return one.distance < other.distance;
  if (one.sharedLength !== other.sharedLength) return one.sharedLength > other.sharedLength;
  if (one.lengthGap !== other.lengthGap) return one.lengthGap < other.lengthGap;
  return one.candidate < other.candidate;
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** Three rows of the usual table, since a swap looks two rows back. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const replaced = at(above, column - 1) + (isSame ? 0 : 1);
      const edited = Math.min(replaced, at(above, column) + 1, at(current, column - 1) + 1);
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(isSwap ? Math.min(edited, at(before, column - 2) + 1) : edited);
    }
    before = above;
    above = current;
  }
  return at(above, to.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;
