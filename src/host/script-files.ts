/**
 * Which files are scripts that are workflows: executable, and with a header among their first lines (`model/scripts/header.ts`).
 *
 * The header decides, whatever the name ends in: a TypeScript file that is run by its first line is a script as well. One that has a header
 * and may not be executed is a mistake, and told; it is looked for only where the name is that of a script.
 */
import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { WorkflowDefinition } from "../model/definition.ts";
import { type Header, HEADER_BYTES, readHeader, type ReadHeader } from "../model/scripts/header.ts";

const ANY_EXECUTE = 0o111;

/** No extension, or one that shells and interpreters use. */
const SCRIPT_NAME = /^[^.]+$|\.(sh|bash|zsh|fish|ksh|py|rb|pl|php|lua|r|jl|tcl|awk)$/i;

/** With a header, be it a wrong one. */
export type FoundScript = Exclude<ReadHeader, { readonly kind: "none" }>;

/** Undefined for what is no script. */
export const lookForScript = (path: string): FoundScript | undefined => {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || !(isExecutable(stats) || SCRIPT_NAME.test(nameOf(path)))) return undefined;
    const read = readHeader(beginningOf(path));
    if (read.kind === "none") return undefined;
    return isExecutable(stats) ? read : { kind: "wrong", problem: NOT_EXECUTABLE };
  } catch {
    return undefined; // gone or unreadable: nobody can say what it was meant to be
  }
};

const NOT_EXECUTABLE = "it has a `# wf:` header and is not executable; `chmod +x` makes it a workflow";

/** What checks definitions is loaded with the first. @throws DEFINITION_INVALID that says what is wrong with its settings */
export const loadScript = async (file: string, header: Header): Promise<WorkflowDefinition> => {
  const { scriptWorkflow } = await import("../model/scripts/definition.ts");
  return scriptWorkflow(file, header);
};

const isExecutable = ({ mode }: Stats): boolean => (mode & ANY_EXECUTE) !== 0;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const beginningOf = (path: string): string => {
  const descriptor = openSync(path, "r");
  try {
    const buffer = new Uint8Array(HEADER_BYTES);
    const length = readSync(descriptor, buffer, 0, HEADER_BYTES, 0);
    const text = new TextDecoder().decode(buffer.subarray(0, length));
    // The last line is cut where the file goes on: half a header must not be taken for one.
    return length < HEADER_BYTES ? text : text.slice(0, text.lastIndexOf("\n"));
  } finally {
    closeSync(descriptor);
  }
};
