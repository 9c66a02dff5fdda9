/**
 * Takes secrets out of texts, also out of texts that come in pieces.
 *
 *     chunk ──► buffer ──► at each place: a form of a secret? ──no──► passed on
 *                 ▲            │ may become one, the text ends here     yes ──► [sensitive], once for all that touch
 *                 └── held ◄───┘
 *
 * What callers may rely on:
 *   1. However a text is cut into chunks, what comes out is what `redact` makes of the whole.
 *   2. Held back is only the end of what has come so far, and only where a secret may have begun there.
 *   3. Secrets that overlap are covered together, and so are those that stand side by side.
 *   4. What is known is bounded: the secrets learned longest ago are forgotten first.
 */
import { SENSITIVE } from "./cipher.ts";
import { MIN_SECRET_CHARACTERS as HEAD } from "./redact-forms.ts";

export interface RedactedStream {
  /** What can be passed on by now. Bytes are UTF-8, cut anywhere. */
  push(chunk: string | Uint8Array): string;
  /** The rest. */
  end(): string;
}

export interface RedactorLimits {
  readonly maxSecrets: number;
  /** Of all forms together, in UTF-16 units. */
  readonly maxCharacters: number;
}

/** 2,000 tokens in a dozen forms each, or some large documents. */
const DEFAULT_LIMITS: RedactorLimits = { maxSecrets: 2_000, maxCharacters: 16_000_000 };

const UNDECIDED = -1;

export class Redactor {
  readonly #limits: RedactorLimits;
  /** Forms by what they are forms of; the one learned longest ago first. */
  readonly #known = new Map<string, readonly string[]>();
  /** Forms by their first characters, the longest first. */
  readonly #heads = new Map<string, string[]>();
  /** Beginnings of heads. */
  readonly #starts = new Set<string>();
  /** 1 for each unit that a form begins with: most places of a text need no second look. */
  readonly #firsts = new Uint8Array(65_536);
  #characters = 0;

  constructor(limits: RedactorLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** @param name tells one secret from another; `makeForms` is called for a new one only */
  add(name: string, makeForms: () => readonly string[]): void {
    const before = this.#known.get(name);
    const forms = before ?? makeForms();
    if (forms.length === 0) return;
    this.#known.delete(name);
    this.#known.set(name, forms);
    if (before !== undefined) return;
    for (const form of forms) this.#index(form);
    if (this.#known.size > this.#limits.maxSecrets || this.#characters > this.#limits.maxCharacters) this.#forget();
  }

  redact(text: string): string {
    if (this.isEmpty) return text;
    const stream = new Stream(this);
    return stream.push(text) + stream.end();
  }

  stream(): RedactedStream {
    return new Stream(this);
  }

  /** Length of the longest form that stands at `at`, 0 for none, -1 when only more text can tell. */
  formAt(text: string, at: number, isWhole: boolean): number {
    if (this.#firsts[text.charCodeAt(at)] !== 1) return 0;
    const rest = text.length - at;
    if (rest < HEAD) return !isWhole && this.#starts.has(text.slice(at)) ? UNDECIDED : 0;
    const forms = this.#heads.get(text.slice(at, at + HEAD));
    if (forms === undefined) return 0;
    for (const form of forms) {
      if (form.length <= rest && text.startsWith(form, at)) return form.length;
      if (form.length > rest && !isWhole && form.startsWith(text.slice(at))) return UNDECIDED;
    }
    return 0;
  }

  #index(form: string): void {
    const head = form.slice(0, HEAD);
    this.#firsts[head.charCodeAt(0)] = 1;
    const forms = this.#heads.get(head);
    if (forms?.includes(form) === true) return;
    this.#characters += form.length;
    if (forms === undefined) this.#heads.set(head, [form]);
    else forms.splice(place(forms, form.length), 0, form);
    for (let length = 1; length < HEAD; length++) this.#starts.add(head.slice(0, length));
  }

  /** The older half, so that it is not done for each one that comes. The newest stays, however large. */
  #forget(): void {
    const names = [...this.#known.keys()];
    for (const name of names.slice(0, Math.floor(names.length / 2))) this.#known.delete(name);
    this.#heads.clear();
    this.#starts.clear();
    this.#firsts.fill(0);
    this.#characters = 0;
    for (const forms of this.#known.values()) for (const form of forms) this.#index(form);
    if (this.#characters > this.#limits.maxCharacters && this.#known.size > 1) this.#forget();
  }
}

const place = (forms: readonly string[], length: number): number => {
  const at = forms.findIndex((form) => form.length < length);
  return at < 0 ? forms.length : at;
};

class Stream implements RedactedStream {
  readonly #redactor: Redactor;
  #decoder: TextDecoder | undefined;
  #held = "";
  /** Characters at the beginning of what is held that are part of a secret. */
  #covered = 0;
  /** What was passed on last is the mark, and nothing came behind it. */
  #isMarked = false;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  push(chunk: string | Uint8Array): string {
    return this.#take(typeof chunk === "string" ? chunk : this.#decode(chunk), false);
  }

  end(): string {
    return this.#take(this.#decoder?.decode() ?? "", true);
  }

  #decode(chunk: Uint8Array): string {
    this.#decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
    return this.#decoder.decode(chunk, { stream: true });
  }

  #take(chunk: string, isWhole: boolean): string {
    const text = this.#held + chunk;
    const parts: string[] = [];
    let at = 0;
    for (; at < text.length; at++) {
      const length = this.#redactor.formAt(text, at, isWhole);
      if (length === UNDECIDED) break;
      if (length === 0) continue;
      this.#passOn(text, at, parts);
      if (!this.#isMarked) parts.push(SENSITIVE);
      this.#isMarked = true;
      this.#covered = Math.max(this.#covered, at + length);
    }
    this.#passOn(text, at, parts);
    this.#held = text.slice(at);
    this.#covered = Math.max(0, this.#covered - at);
    return parts.join("");
  }

  /** What is clear between the last secret and `to`. */
  #passOn(text: string, to: number, parts: string[]): void {
    if (to <= this.#covered) return;
    parts.push(text.slice(this.#covered, to));
    this.#isMarked = false;
  }
}
