/**
 * Where in a shell script its values stand: what has to be written there, so that each is one argument.
 *
 *     plain      cp ${a} b         "${1}"
 *     double     "to ${a}"         ${1}
 *     single     'to ${a}'         '"${1}"'
 *     number     $(( ${n} + 1 ))   ${1}, for numbers alone: what a shell counts with, or takes for the name of a variable, it
 *                                  evaluates, down to commands inside of a subscript
 *     nowhere    here-documents, backquotes, ${…}, eval, trap
 *
 * A reader of one character at a time with a stack, which knows as much of the grammar of POSIX shells and bash as this question takes. To
 * be wrong here costs a split word or a refusal, and never more: values are not part of the script, wherever they stand.
 */

export type Standing =
  { readonly kind: "plain" | "double" | "single" | "ansi" | "number" } | { readonly kind: "nowhere"; readonly problem: string };

type FrameKind = "plain" | "double" | "single" | "ansi" | "comment" | "brace" | "arithmetic" | "bracket" | "backquote" | "heredoc";

interface Frame {
  readonly kind: FrameKind;
  /** Open parentheses, or brackets, of its own. */
  parens: number;
  /** Of a frame of commands: what has come of the word that is being read … */
  word: string;
  /** … the word before it … */
  last: string;
  /** … the first word of its command … */
  command: string | undefined;
  /** … whether the next word is where something is redirected to … */
  isTarget: boolean;
  /** … whether its command declares variables that hold what an expression gives … */
  declares: boolean;
  /** … and the values inside the `[[` that is open, by their index. */
  test: { readonly values: number[]; evaluates: boolean } | undefined;
}

const frame = (kind: FrameKind): Frame => ({
  kind,
  parens: 0,
  word: "",
  last: "",
  command: undefined,
  isTarget: false,
  declares: false,
  test: undefined,
});

interface HereDocument {
  readonly word: string;
  readonly isIndented: boolean;
}

/** Comparisons of `[[ … ]]` that evaluate what they compare. */
const EVALUATING = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"]);

/** They take a text for a part of a script. */
const EVALUATORS = new Set(["eval", "let", "trap"]);

/** Their options `-i` and `-n` have the values of a variable evaluated. */
const DECLARING = new Set(["declare", "typeset", "local", "readonly", "export"]);
/** What is assigned to those of bash itself is evaluated, too. */
const INTEGERS = ["OPTIND", "RANDOM", "HISTCMD"];

/** With its descriptor before it, and what follows is where it leads to; here-documents and `<( … )` are others. */
const REDIRECTION = /^(?:&>>?|<<<|<>|>>|>[|&]?|<&?)(?!\()/;

/** Their arguments are names of variables, where no `=` stands before. */
const NAMING = new Set(["unset", "read", "declare", "typeset", "local", "readonly", "export", "mapfile", "readarray", "getopts"]);
/** After `-v` theirs are names, too. */
const ASKING = new Set(["test", "[", "printf"]);

const NOWHERE: Readonly<Partial<Record<FrameKind, string>>> = {
  heredoc: "a here-document; give the text as `stdin` of `ctx.sh(name, …)` or write `printf '%s\\n' ${value} |`",
  backquote: "backquotes; write $( … )",
  brace: "${ … }; set a variable to it first",
};

/** @param parts the script around its values */
export const standingsOf = (parts: readonly string[]): readonly Standing[] => {
  const reader = new Reader();
  for (const [index, part] of parts.entries()) {
    reader.read(part);
    if (index < parts.length - 1) reader.value();
  }
  return reader.finished();
};

class Reader {
  readonly #standings: Standing[] = [];
  readonly #stack: Frame[] = [frame("plain")];
  readonly #awaited: HereDocument[] = [];
  readonly #integers = new Set(INTEGERS);
  #line = "";

  get #top(): Frame {
    return this.#stack.at(-1) as Frame;
  }

  /** The frame of the command that is being read. */
  get #here(): Frame {
    return this.#stack.findLast(({ kind }) => kind === "plain") as Frame;
  }

  read(part: string): void {
    for (let at = 0; at < part.length;) at += this.#step(part, at);
  }

  value(): void {
    this.#here.test?.values.push(this.#standings.length);
    this.#standings.push(this.#standing());
    this.#here.word += "?";
    this.#line += "?";
  }

  finished(): readonly Standing[] {
    this.#endWord();
    return this.#standings;
  }

  #standing(): Standing {
    const inside = this.#stack.findLast(({ kind }) => NOWHERE[kind] !== undefined);
    if (inside !== undefined) return nowhere(`it stands inside ${NOWHERE[inside.kind]}`);
    const { kind } = this.#top;
    if (kind === "arithmetic" || kind === "bracket") return { kind: "number" };
    if (kind === "comment") return { kind: "plain" };
    const { command = "" } = this.#here;
    if (EVALUATORS.has(command)) return nowhere(`\`${command}\` would evaluate it; set a variable to it first`);
    if (!this.#isEvaluated()) return { kind: kind as "plain" | "double" | "single" | "ansi" };
    return kind === "plain" || kind === "double"
      ? { kind: "number" }
      : nowhere("the shell would evaluate it there, in quotes of that kind");
  }

  #isEvaluated(): boolean {
    const { command = "", word, last, parens, declares } = this.#here;
    if (/^[A-Za-z_]\w*\[[^\]]*$/.test(word) || (parens > 0 && /^\[[^\]]*$/.test(word))) return true;
    const assigned = /^["']?(\w+)(?:\[.*\])?\+?=/s.exec(word)?.[1];
    if (assigned !== undefined && (declares || this.#integers.has(assigned))) return true;
    return (NAMING.has(command) && !word.includes("=")) || (ASKING.has(command) && last === "-v");
  }

  /** @returns how many characters it has taken */
  #step(part: string, at: number): number {
    switch (this.#top.kind) {
      case "plain":
        return this.#plain(part, at);
      case "double":
        this.#here.word += part[at];
        return part[at] === '"' ? this.#pop() : this.#inText(part, at);
      case "single":
        return part[at] === "'" ? this.#pop() : 1;
      case "ansi":
        return part[at] === "'" ? this.#pop() : part[at] === "\\" ? 2 : 1;
      case "comment":
        return part[at] === "\n" ? (this.#pop(), 0) : 1;
      case "backquote":
        return part[at] === "`" ? this.#pop() : part[at] === "\\" ? 2 : 1;
      case "brace":
        return part[at] === "}" ? this.#pop() : part[at] === '"' ? this.#push("double") : this.#inText(part, at);
      case "arithmetic":
        return this.#arithmetic(part, at);
      case "bracket":
        return this.#bracket(part, at);
      case "heredoc":
        return this.#heredoc(part[at] ?? "");
      default:
        return this.#top.kind satisfies never;
    }
  }

  /** What means something between double quotes, too. */
  #inText(part: string, at: number): number {
    const rest = part.slice(at, at + 3);
    if (rest[0] === "\\") return 2;
    if (rest === "$((") return this.#push("arithmetic", 3);
    if (rest.startsWith("$(")) return this.#push("plain", 2);
    if (rest.startsWith("$[")) return this.#push("bracket", 2);
    if (rest.startsWith("${")) return this.#push("brace", 2);
    if (rest[0] === "`") return this.#push("backquote");
    return 1;
  }

  #plain(part: string, at: number): number {
    const character = part[at] ?? "";
    const rest = part.slice(at);
    const here = this.#top;
    if (/^[\s;&|()<>]/.test(character)) return this.#separator(character, rest);
    if (character === "#" && here.word === "") return this.#push("comment");
    const before = here.word;
    here.word += character === "\\" ? rest.slice(0, 2) : character;
    if (character === '"') return this.#push("double");
    if (character === "'") return this.#push(before.endsWith("$") ? "ansi" : "single");
    return this.#inText(part, at);
  }

  #separator(character: string, rest: string): number {
    const here = this.#top;
    const before = here.word;
    const document = /^<<(-?)[ \t]*(\\?[\w.-]+|'[^'\n]*'|"[^"\n]*")/.exec(rest);
    const [redirection] = (document === null ? REDIRECTION.exec(rest) : null) ?? [];
    if ((document !== null || redirection !== undefined) && /^\d+$/.test(before)) here.word = "";
    this.#endWord();
    if (document !== null) return this.#await(document);
    if (redirection !== undefined) {
      here.isTarget = true;
      return redirection.length;
    }
    if (/^[;&|()\n]/.test(character)) [here.command, here.last, here.isTarget, here.declares] = [undefined, "", false, false];
    if (character === "\n" && this.#awaited.length > 0) return this.#push("heredoc");
    if (rest.startsWith("((") && before === "") return this.#push("arithmetic", 2);
    if (character === "(") here.parens++;
    if (character === ")" && here.parens > 0) here.parens--;
    else if (character === ")" && this.#stack.length > 1) return this.#pop();
    return 1;
  }

  #endWord(): void {
    const here = this.#here;
    const { word } = here;
    here.word = "";
    if (word === "") return;
    if (here.isTarget) return void (here.isTarget = false);
    here.last = word;
    if (word === "[[") here.test = { values: [], evaluates: false };
    else if (word === "]]") this.#endTest(here);
    else if (here.test !== undefined && EVALUATING.has(word)) here.test.evaluates = true;
    if (DECLARING.has(here.command ?? "")) this.#declared(here, word);
    // Assignments and words that begin a command stand before the name of the one that is run.
    if (!/^(?:\w+=.*|then|do|else|elif|if|while|until|!|\{|time|builtin|command)$/s.test(word)) here.command ??= word;
  }

  #declared(here: Frame, word: string): void {
    if (/^-\w*[in]/.test(word)) here.declares = true;
    else if (here.declares) this.#integers.add(word.replace(/^["']|["']?(?:\+?=.*)?$/gs, ""));
  }

  #endTest(here: Frame): void {
    const { values = [], evaluates = false } = here.test ?? {};
    here.test = undefined;
    if (evaluates) for (const index of values) if (this.#standings[index]?.kind !== "nowhere") this.#standings[index] = { kind: "number" };
  }

  #arithmetic(part: string, at: number): number {
    if (part[at] === "(") this.#top.parens++;
    if (part[at] !== ")") return part[at] === "(" ? 1 : this.#inText(part, at);
    if (this.#top.parens > 0) this.#top.parens--;
    else return this.#pop(part[at + 1] === ")" ? 2 : 1);
    return 1;
  }

  #bracket(part: string, at: number): number {
    if (part[at] === "[") this.#top.parens++;
    if (part[at] !== "]") return part[at] === "[" ? 1 : this.#inText(part, at);
    if (this.#top.parens === 0) return this.#pop();
    this.#top.parens--;
    return 1;
  }

  #await([whole, dash, word = ""]: RegExpExecArray): number {
    this.#awaited.push({ word: word.replace(/^\\|^(['"])(.*)\1$/gs, "$2"), isIndented: dash === "-" });
    return whole.length;
  }

  #heredoc(character: string): number {
    if (character !== "\n") {
      this.#line += character;
      return 1;
    }
    const [next] = this.#awaited;
    const line = next?.isIndented === true ? this.#line.replace(/^\t+/, "") : this.#line;
    this.#line = "";
    if (line === next?.word) this.#awaited.shift();
    return this.#awaited.length === 0 ? this.#pop() : 1;
  }

  #push(kind: FrameKind, length = 1): number {
    if (kind === "heredoc") this.#line = "";
    this.#stack.push(frame(kind));
    return length;
  }

  #pop(length = 1): number {
    this.#stack.pop();
    return length;
  }
}

const nowhere = (problem: string): Standing => ({ kind: "nowhere", problem });
