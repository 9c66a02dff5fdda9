/**
 * One command of a script while it is read: its words as the shell would see them, without their quotes, from its name on.
 *
 *     A=1 command "git" -C "$x"/… log      words: git, -C, $x/…, log      a value is VALUE, what an expansion gives is $
 *
 * What stands before the name (assignments, `if`, `!`, `time`, `builtin` …) is passed over, so that `'eval'`, `\eval` and
 * `A=1 builtin eval` are all `eval`.
 */

/** Stands for a value in a word; no script can hold it. */
export const VALUE = "\0";

const RESERVED = new Set(["then", "do", "else", "elif", "if", "while", "until", "!", "coproc"]);
/** They run the command that follows their options. */
const RUNNING = new Set(["builtin", "command", "exec"]);

/** The name of the variable, what is in its brackets, and the text so far. */
export const ASSIGNMENT = /^([A-Za-z_]\w*)(\[.*?\])?\+?=(.*)$/s;

export class CommandLine {
  readonly words: string[] = [];
  /** Where a redirection has just been read: its operator. */
  target: string | undefined;
  /** Values of the command, by their index. */
  readonly values: number[] = [];
  /** Values that the command before it in the pipe prints. */
  piped: readonly number[] = [];
  /** It is no command but words in parentheses: `a=( … )`, `@( … )`. */
  readonly isList: boolean;
  /** The command around it. */
  readonly of: CommandLine | undefined;
  #raw = "";
  /** Of the words that were passed over, the last one that has options. */
  #running: string | undefined;
  #skipsNext = false;

  constructor(isList = false, of?: CommandLine) {
    this.isList = isList;
    this.of = of;
  }

  /** As it is written, what is read of the present word. */
  get raw(): string {
    return this.#raw;
  }

  /** The same without quotes. */
  get word(): string {
    return withoutQuotes(this.#raw);
  }

  get name(): string {
    return this.words[0] ?? "";
  }

  get last(): string {
    return this.words.at(-1) ?? "";
  }

  get isTest(): boolean {
    return this.name === "[[";
  }

  add(text: string): void {
    this.#raw += text;
  }

  /** The number, or the variable, before a redirection is no word. */
  dropDescriptor(): void {
    if (/^(?:\d+|\{\w+\})$/.test(this.#raw)) this.#raw = "";
  }

  /** @returns the word that has ended, unless it was a file */
  endWord(): string | undefined {
    const raw = this.#raw;
    this.#raw = "";
    if (raw === "") return undefined;
    if (this.target !== undefined) return void (this.target = undefined);
    const word = withoutQuotes(raw);
    if (this.words.length > 0 || this.isList || !this.#isBefore(word, raw)) this.words.push(word);
    return word;
  }

  #isBefore(word: string, raw: string): boolean {
    if (this.#skipsNext) return !(this.#skipsNext = false);
    if (this.#running !== undefined && word.startsWith("-")) {
      // `command -v` says what a name means, and runs nothing.
      if (this.#running === "command" && /^-\w*[vV]/.test(word)) return false;
      this.#skipsNext = this.#running === "exec" && /^-\w*a$/.test(word);
      return true;
    }
    if (RUNNING.has(word) || word === "time") return (this.#running = word) !== undefined;
    return RESERVED.has(raw) || ASSIGNMENT.test(word);
  }
}

/** Also of a word whose quotes are still open. */
const withoutQuotes = (raw: string): string =>
  raw.replace(
    /\$'((?:[^'\\]|\\.)*)(?:'|$)|'([^']*)(?:'|$)|\$?"((?:[^"\\]|\\.)*)(?:"|$)|\\(?:\n|(.))/gs,
    (_, ansi?: string, single?: string, double?: string, escaped?: string) =>
      ansi ?? single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
  );
