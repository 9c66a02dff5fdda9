/** Text that a terminal acts on: what others can put into a name, an output, a log line or an error. 204 of them. */

/** Colours that nothing of ours uses, so that one which came through can be told from our own. */
const COLOURS = ["\x1b[38;5;213m", "\x1b[31;7;53m", "\x1b[0;5;53m", "\x9b38;5;213m", "\x1b[58;2;1;2;3m"];
const SEQUENCES = [
  ...["\x1b[2J", "\x1b[H", "\x1b[1A\x1b[2K", "\x1b[6n", "\x1b[?1049h", "\x1b[?1000h", "\x1bc", "\x1b[20h", "\x1b[5i", "\x9b2J"],
  ...[
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIH4=\x07",
    "\x9d0;x\x9c",
  ],
  ...[
    "\x1b]8;;file:///etc/passwd\x1b\\here\x1b]8;;\x1b\\",
    '\x1bP$q"p\x1b\\',
    "\x1b_Gq=2\x1b\\",
    "\x1b^x\x1b\\",
    "\x1bX y\x1b\\",
    "\x1b%G",
    "\x1b(0",
  ],
];
const CONTROLS = ["\r", "\rok ", "\b\b\b", "\x07", "\x00", "\v", "\f", "\x0e", "\x7f", "\x85", "\x1b", "\x9b"];
const MARKS = [
  "\u202e",
  "\u2066",
  "\u2069\u2068",
  "\u200f",
  "\u061c",
  "\u2028",
  "\u2029",
  "\u200b",
  "\u2060",
  "\ufeff",
  "\ufff9",
  "\u{e0041}",
];

/** At the end, in the middle, alone on a line, and twice with a tab and words around. */
const PLACES: readonly ((text: string) => string)[] = [
  (text) => `a${text}`,
  (text) => `${text}b`,
  (text) => `one\n${text}\ntwo`,
  (text) => `日本 ${text}\t${text} end`,
];

export const PAYLOADS: readonly string[] = [...COLOURS, ...SEQUENCES, ...CONTROLS, ...MARKS].flatMap((text) =>
  PLACES.map((put) => put(text)),
);

/** None of these is ever to be found in what is shown. */
export const FOREIGN: readonly string[] = [...COLOURS, ...SEQUENCES];
