/**
 * `npm test`: the type check, then every test, closed by a line that a machine can read.
 *
 *     npm test                        all of it
 *     npm test -- test/model          the tests of a folder, or of one file
 *     npm test -- -t "keeps events"   any other flag of `bun test`
 *
 * What callers may rely on:
 *   1. The last line is `N passed, N failed`, with `, N skipped` where some were; the numbers are those of the JUnit report.
 *   2. The exit status is 0 only when the types are right, every test that ran has passed, and at least one has run.
 *   3. What no report counts (a type error, a file that does not load, a run that was cut off) makes `failed` at least 1.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport, verdict } from "./verdict.ts";

const run = (...words: readonly string[]): boolean =>
  Bun.spawnSync([process.execPath, ...words], { cwd: join(import.meta.dir, ".."), stdio: ["inherit", "inherit", "inherit"] }).success;

const folder = mkdtempSync(join(tmpdir(), "wflite-test-"));
const reportFile = join(folder, "junit.xml");
try {
  const typesAreRight = run("check", "--no-script");
  const flags = ["--parallel", "--reporter=junit", `--reporter-outfile=${reportFile}`];
  const testsPassed = run("test", ...flags, ...process.argv.slice(2));
  const report = existsSync(reportFile) ? readReport(readFileSync(reportFile, "utf8")) : undefined;
  const { notes, line, exitStatus } = verdict({ typesAreRight, testsPassed, report });
  for (const note of notes) console.error(note);
  console.log(line);
  process.exitCode = exitStatus;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
