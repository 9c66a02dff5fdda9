/** The here-documents of a script that are read, or still to come: they begin after their line and end with a line that is their word. */
import { VALUE } from "./shell-command-line.ts";

export interface HereDocument {
  readonly word: string;
  /** `<<-`: tabs before its lines are none of it. */
  readonly isIndented: boolean;
  /** Of what announces it. */
  readonly length: number;
}

export class HereDocuments {
  readonly #awaited: HereDocument[] = [];
  #line = "";

  /** @param rest of the script, where one may be announced */
  static begin(rest: string): HereDocument | undefined {
    const [whole = "", dash, word] = /^<<(-?)[ \t]*(\\?[\w.-]+|'[^'\n]*'|"[^"\n]*")/.exec(rest) ?? [];
    if (word === undefined) return undefined;
    return { word: word.replace(/^\\|^(['"])(.*)\1$/gs, "$2"), isIndented: dash === "-", length: whole.length };
  }

  get areAwaited(): boolean {
    return this.#awaited.length > 0;
  }

  /** @returns how many characters have announced it */
  await(document: HereDocument): number {
    this.#awaited.push(document);
    return document.length;
  }

  /** A value is in the line that is read, which therefore does not end the document. */
  addValue(): void {
    this.#line += VALUE;
  }

  /** @returns whether the last one has ended */
  take(character: string): boolean {
    if (character !== "\n") {
      this.#line += character;
      return false;
    }
    const [next] = this.#awaited;
    const line = next?.isIndented === true ? this.#line.replace(/^\t+/, "") : this.#line;
    this.#line = "";
    if (line === next?.word) this.#awaited.shift();
    return !this.areAwaited;
  }
}
