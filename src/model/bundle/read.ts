/**
 * Reading the lines of a bundle.
 *
 * What callers may rely on: what is given was checked in full. A bundle of a newer format, one that is cut off, and a line whose content
 * does not fit its checksum or the schema are refused with the number of the line.
 */
import { fail } from "../errors.ts";
import { describeIssues } from "../schema.ts";
import { STATE_VERSION } from "../state-version.ts";
import { bundleChecksum } from "./canonical.ts";
import { BUNDLE_FORMAT, type BundledExecution, type BundledSource, type BundleLine, BundleLineSchema } from "./content.ts";

export type BundlePart =
  | { readonly kind: "source"; readonly source: BundledSource }
  | { readonly kind: "execution"; readonly execution: BundledExecution; readonly checksum: string };

/** @throws BUNDLE_INVALID */
export async function* readBundle(lines: AsyncIterable<string>): AsyncGenerator<BundlePart> {
  const seen = { executions: 0, sources: 0 };
  let number = 0;
  let isBegun = false;
  let isOver = false;
  for await (const text of lines) {
    number++;
    if (text.trim() === "") continue;
    if (isOver) throw invalid(`line ${number} comes after its end`);
    const line = lineOf(text, number);
    if (isBegun === (line.kind === "bundle")) throw invalid(isBegun ? `line ${number} begins another one` : "it does not begin as one");
    isBegun = true;
    switch (line.kind) {
      case "bundle":
        if (line.stateVersion !== STATE_VERSION)
          throw invalid(`its values are of format ${line.stateVersion}, and this wf reads ${STATE_VERSION}`);
        break;
      case "source":
        seen.sources++;
        yield { kind: "source", source: checked(line, number).body };
        break;
      case "execution":
        seen.executions++;
        yield { kind: "execution", execution: checked(line, number).body, checksum: line.checksum };
        break;
      case "end":
        isOver = true;
        if (line.executions !== seen.executions || line.sources !== seen.sources) throw invalid("lines of it are missing");
        break;
      default:
        line satisfies never;
    }
  }
  if (!isOver) throw invalid(isBegun ? "it is cut off: its last line is missing" : "it is empty");
}

const lineOf = (text: string, number: number): BundleLine => {
  const json = parsed(text, number);
  const { kind, format } = (json ?? {}) as { readonly kind?: unknown; readonly format?: unknown };
  if (kind === "bundle" && typeof format === "number" && format > BUNDLE_FORMAT)
    throw invalid(`it was written by a newer wf (format ${format}, this one reads ${BUNDLE_FORMAT})`, "Update wflite.");
  const result = BundleLineSchema.safeParse(json);
  if (result.success) return result.data;
  throw invalid(`line ${number}: ${describeIssues(result.error.issues.slice(0, 3))}`);
};

const parsed = (text: string, number: number): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(number === 1 ? "it does not begin as one" : `line ${number} is no JSON`);
  }
};

const checked = <Line extends { readonly checksum: string; readonly body: unknown }>(line: Line, number: number): Line => {
  if (bundleChecksum(line.body) === line.checksum) return line;
  throw invalid(`line ${number} does not match its checksum`);
};

const invalid = (problem: string, next?: string): Error => fail("BUNDLE_INVALID", { problem, next });
