/**
 * What really happened, told by the steps themselves: a file outside of the database to which every step body appends a line.
 *
 *     <execution> <step number> begin|end
 *
 * It speaks of workflows whose steps run one after another, numbered from 0. In them step k + 1 can begin only after the record of step k
 * is on disk, so the order of the lines alone shows what must not happen.
 */
export interface LedgerLine {
  readonly execution: string;
  readonly step: number;
  readonly what: "begin" | "end";
}

export const parseLedger = (text: string): readonly LedgerLine[] =>
  text
    .split("\n")
    .filter((line) => /^\S+ \d+ (?:begin|end)$/.test(line)) // the last line may be torn
    .map((line) => {
      const [execution = "", step, what] = line.split(" ");
      return { execution, step: Number(step), what: what as LedgerLine["what"] };
    });

export interface LedgerFacts {
  /** Breaches of what is promised; none is the only good answer. */
  readonly violations: readonly string[];
  /** Bodies that began more than once, counted once for each time too many. */
  readonly reruns: number;
  readonly reachedEnd: ReadonlySet<string>;
}

/**
 * @param steps how many steps each execution has
 * @param mustFinish executions that must have run all of their steps
 */
export const judge = (lines: readonly LedgerLine[], steps: number, mustFinish: readonly string[]): LedgerFacts => {
  const violations: string[] = [];
  const last = new Map<string, number>();
  const reachedEnd = new Set<string>();
  let reruns = 0;
  for (const { execution, step, what } of lines) {
    const before = last.get(execution) ?? -1;
    if (what === "end") {
      if (step !== before) violations.push(`${execution}: step ${step} ended while ${before} was the last to begin`);
      if (step === steps - 1) reachedEnd.add(execution);
      continue;
    }
    if (step < before) violations.push(`${execution}: step ${step} ran again after step ${before} had begun`);
    if (step > before + 1) violations.push(`${execution}: step ${step} began, but ${before + 1} never did`);
    if (step === before) reruns++;
    last.set(execution, Math.max(step, before));
  }
  for (const id of mustFinish) if (!reachedEnd.has(id)) violations.push(`${id}: its last step never ended`);
  return { violations, reruns, reachedEnd };
};
