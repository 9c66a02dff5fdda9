/**
 * Where in a script its values stand: which quotes, brackets and commands are open there.
 *
 * A reader of one character at a time with a stack, which knows as much of the grammar of POSIX shells and bash as this question takes. To
 * be wrong here costs a split word or a refusal: values are not part of the script, wherever they stand.
 */
import { EVALUATING_COMPARISONS, PRINTERS } from "./shell-builtins.ts";
import { CommandLine, VALUE } from "./shell-command-line.ts";
import { Counted } from "./shell-counted.ts";
import { Declared } from "./shell-declared.ts";
import { HereDocuments } from "./shell-here-documents.ts";
import { commandsOf, type Frame, type FrameKind, standingAt } from "./shell-place.ts";
import { refusalOf, scriptOf } from "./shell-script-takers.ts";
import { counted, nowhere, type Standing } from "./shell-standing.ts";

/** With its descriptor before it, and what follows is where it leads to; here-documents and `<( … )` are others. */
const REDIRECTION = /^(?:&>>?|<<<|<>|>>|>[|&]?|<&?)(?!\()/;

/** They go on with the word, or the expression, that they stand in. */
const IN_WORDS: ReadonlySet<FrameKind> = new Set(["double", "single", "ansi", "brace"]);

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
  readonly #stack: Frame[] = [{ kind: "commands", opening: "", line: new CommandLine(), depth: 0 }];
  readonly #documents = new HereDocuments();
  readonly #declared = new Declared();
  readonly #counted = new Counted();

  get #top(): Frame {
    return this.#stack.at(-1) as Frame;
  }

  get #here(): Frame {
    return commandsOf(this.#stack);
  }

  read(part: string): void {
    for (let at = 0; at < part.length;) {
      const around = this.#stack.findLast(({ kind }) => !IN_WORDS.has(kind)) as Frame;
      const isInside = this.#top !== around;
      const length = this.#step(part, at);
      const text = part.slice(at, (at += length));
      if (around.kind === "arithmetic" || around.kind === "bracket") this.#counted.add(text);
      else if (around.kind === "commands" && isInside) around.line.add(text);
    }
  }

  value(): void {
    const { line } = this.#here;
    this.#counted.value(line, this.#standings.length);
    line.values.push(this.#standings.length);
    this.#standings.push(standingAt(this.#stack, this.#declared));
    line.add(VALUE);
    if (this.#top.kind === "heredoc") this.#documents.addValue();
  }

  finished(): readonly Standing[] {
    this.#endCommand();
    for (const [index, variable] of this.#counted.found(this.#declared))
      this.#refuse([index], counted(this.#standings[index]?.kind, variable));
    return this.#standings;
  }

  /** @returns how many characters it has taken */
  #step(part: string, at: number): number {
    const character = part[at] ?? "";
    switch (this.#top.kind) {
      case "commands":
        return this.#commands(part, at);
      case "double":
        return character === '"' ? this.#pop() : this.#inText(part, at);
      case "single":
        return character === "'" ? this.#pop() : 1;
      case "ansi":
        return character === "'" ? this.#pop() : character === "\\" ? 2 : 1;
      case "comment":
        return character === "\n" ? (this.#pop(), 0) : 1;
      case "backquote":
        return character === "`" ? this.#pop() : character === "\\" ? 2 : 1;
      case "brace":
        return character === "}" ? this.#pop() : character === '"' ? this.#push("double") : this.#inText(part, at);
      case "arithmetic":
        return this.#arithmetic(part, at);
      case "bracket":
        return this.#bracket(part, at);
      case "heredoc":
        return this.#documents.take(character) ? this.#pop() : 1;
      default:
        return this.#top.kind satisfies never;
    }
  }

  /** What means something between double quotes, too. */
  #inText(part: string, at: number): number {
    const rest = part.slice(at, at + 3);
    if (rest[0] === "\\") return 2;
    if (rest === "$((") return this.#push("arithmetic", 3);
    if (rest.startsWith("$(")) return this.#push("commands", 2, "$(");
    if (rest.startsWith("$[")) return this.#push("bracket", 2);
    if (rest.startsWith("${")) return this.#push("brace", 2);
    if (rest[0] === "`") return this.#push("backquote");
    return 1;
  }

  #commands(part: string, at: number): number {
    const character = part[at] ?? "";
    const { line } = this.#top;
    if (/^[\s;&|()<>]/.test(character)) return this.#separator(character, part.slice(at));
    const before = line.raw;
    if (character === "#" && before === "") return this.#push("comment");
    const length =
      character === '"'
        ? this.#push("double")
        : character === "'"
          ? this.#push(before.endsWith("$") ? "ansi" : "single")
          : this.#inText(part, at);
    line.add(part.slice(at, at + length));
    return length;
  }

  #separator(character: string, rest: string): number {
    const { line, opening } = this.#top;
    if (/^[<>]\(/.test(rest) && !line.isTest) return (line.add("$"), this.#push("commands", 2, "<("));
    if (character === ")" && !line.isTest) return this.#close();
    if (character === "(" && !line.isTest) return this.#open(rest);
    if (line.isTest || opening === "list") return (this.#endWord(), 1);
    const document = HereDocuments.begin(rest);
    const [redirection] = (document === undefined ? REDIRECTION.exec(rest) : null) ?? [];
    if (document !== undefined || redirection !== undefined) line.dropDescriptor();
    this.#endWord();
    if (document !== undefined) return this.#documents.await(document);
    if (redirection !== undefined) return (line.target = redirection).length;
    if (/^[;&|\n]/.test(character)) this.#endCommand(character === "|" && !rest.startsWith("||"));
    if (character === "\n" && this.#documents.areAwaited) return this.#push("heredoc");
    return /^(?:\|\||&&|\|&)/.test(rest) ? 2 : 1;
  }

  #open(rest: string): number {
    const { line } = this.#top;
    if (rest.startsWith("((") && line.raw === "") return this.#push("arithmetic", 2);
    // In the middle of a word it is a list, `a=(` or `@(`, but for `f()`.
    const isFunction = line.words.length === 0 && /^\(\s*\)/.test(rest) && !line.raw.endsWith("=");
    if (line.raw !== "" && !isFunction) return this.#push("commands", 1, "list");
    this.#endWord();
    return this.#push("commands", 1, "(");
  }

  #close(): number {
    this.#endCommand();
    const { opening, depth } = this.#top;
    // Behind a pattern of `case`.
    if (depth > 0 || opening === "") return 1;
    this.#pop();
    if (opening === "(") this.#endCommand();
    else if (opening === "list") this.#top.line.add("()");
    return 1;
  }

  #endWord(): void {
    const here = this.#here;
    const { line } = here;
    const isRaw = /^[\w[\]{}]+$/.test(line.raw);
    const wasEmpty = line.words.length === 0;
    this.#counted.addWord(line.word);
    const word = line.endWord();
    if (word === undefined) return;
    this.#declared.add(line, word);
    if (isRaw && word === "{") this.#endCommand();
    else if (isRaw && wasEmpty && word === "case") here.depth++;
    else if (isRaw && wasEmpty && word === "esac" && here.depth > 0) here.depth--;
    else if (line.isTest && word === "]]") this.#endTest(line);
  }

  /** @param isPiped to the next one */
  #endCommand(isPiped = false): void {
    const here = this.#here;
    this.#endWord();
    const { line } = here;
    const script = line.piped.length > 0 ? scriptOf(line, "input") : undefined;
    if (script !== undefined) this.#refuse(line.piped, nowhere(refusalOf(script)));
    here.line = new CommandLine(here.opening === "list", line.of);
    if (isPiped && PRINTERS.has(line.name)) here.line.piped = line.values;
    else if (isPiped && line.piped.length > 0) here.line.piped = line.piped;
  }

  #endTest({ words, values }: CommandLine): void {
    this.#counted.addTest(words);
    if (words.some((word) => EVALUATING_COMPARISONS.has(word))) this.#refuse(values, { kind: "number" });
    this.#endCommand();
  }

  #refuse(values: readonly number[], standing: Standing): void {
    for (const index of values) if (this.#standings[index]?.kind !== "nowhere") this.#standings[index] = standing;
  }

  #arithmetic(part: string, at: number): number {
    if (part[at] === "(") this.#top.depth++;
    if (part[at] !== ")") return part[at] === "(" ? 1 : this.#inText(part, at);
    if (this.#top.depth > 0) this.#top.depth--;
    else return this.#pop(part[at + 1] === ")" ? 2 : 1);
    return 1;
  }

  #bracket(part: string, at: number): number {
    if (part[at] === "[") this.#top.depth++;
    if (part[at] !== "]") return part[at] === "[" ? 1 : this.#inText(part, at);
    if (this.#top.depth === 0) return this.#pop();
    this.#top.depth--;
    return 1;
  }

  #push(kind: FrameKind, length = 1, opening: Frame["opening"] = ""): number {
    const { line } = this.#here;
    this.#stack.push({ kind, opening, line: kind === "commands" ? new CommandLine(opening === "list", line) : line, depth: 0 });
    return length;
  }

  #pop(length = 1): number {
    this.#stack.pop();
    return length;
  }
}
