/** What `ctx.patched` answers, and has answered on earlier passes: an answer once given stays. */
export class Patches {
  readonly #answers: Map<string, boolean>;
  readonly #told: (id: string, answer: boolean) => void;

  constructor(answers: ReadonlyMap<string, boolean>, told: (id: string, answer: boolean) => void) {
    this.#answers = new Map(answers);
    this.#told = told;
  }

  /** @param isNew whether nothing that is recorded lies ahead */
  answer(id: string, isNew: boolean): boolean {
    const known = this.#answers.get(id);
    if (known !== undefined) return known;
    this.#answers.set(id, isNew);
    this.#told(id, isNew);
    return isNew;
  }
}
