/**
 * What a test run came to: the counts of a JUnit report, and the closing line and exit status that follow from them.
 *
 * The report alone is not believed, nor is the status. A file that does not load is missing from the report, and a test that calls
 * `process.exit(0)` in a run without workers leaves none at all, with status 0 (both measured on Bun 1.4.5).
 */

export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Verdict {
  readonly notes: readonly string[];
  readonly line: string;
  readonly exitStatus: 0 | 1;
}

/** The counts of the report's root element, or undefined when this is no JUnit report. */
export const readReport = (xml: string): Report | undefined => {
  const root = /<testsuites\b[^>]*>/.exec(xml)?.[0] ?? "";
  const count = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(root)?.[1] ?? Number.NaN);
  const [total, failed, skipped] = [count("tests"), count("failures"), count("skipped")];
  const passed = total - failed - skipped;
  return passed >= 0 ? { passed, failed, skipped } : undefined;
};

/** `report` is undefined when the run left none that can be read. */
export const verdict = (run: {
  readonly typesAreRight: boolean;
  readonly testsPassed: boolean;
  readonly report: Report | undefined;
}): Verdict => {
  const { passed, failed, skipped } = run.report ?? { passed: 0, failed: 0, skipped: 0 };
  const notes = [
    ...(run.typesAreRight ? [] : ["The types are wrong: see above."]),
    ...(run.report === undefined ? ["The tests left no report: the run was cut off."] : []),
    ...(run.testsPassed || failed > 0 ? [] : ["The test run failed outside of any test: see above."]),
    ...(passed + failed > 0 ? [] : ["No test has run."]),
  ];
  const shown = notes.length > 0 ? Math.max(failed, 1) : failed;
  const line = `${passed} passed, ${shown} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return { notes, line, exitStatus: shown > 0 || !run.testsPassed ? 1 : 0 };
};
