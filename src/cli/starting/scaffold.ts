/**
 * The files of a new project. What is there is kept, whatever it holds: of `.gitignore` alone, lines that are missing are added.
 *
 * What callers may rely on:
 *   1. No file of the project is overwritten, also not one that appears at the same moment.
 *   2. Whoever runs it again changes nothing, and is told so.
 */
import { appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { usage } from "../option-values.ts";
import { TYPES_FOLDER } from "./types.ts";

export interface Made {
  /** Within the folder, with "/". */
  readonly path: string;
  readonly what: "created" | "added" | "renewed" | "kept";
  /** For people: what was added, or what to do by hand. */
  readonly note?: string;
}

/** Writes a file unless something of that name is there. */
export const createFile = (root: string, path: string, text: string, mode = 0o644): Made => {
  const file = join(root, path);
  makeFolder(dirname(file));
  try {
    writeFileSync(file, text, { flag: "wx", mode });
    return { path, what: "created" };
  } catch (error) {
    if (codeOf(error) === "EEXIST") return { path, what: "kept" };
    throw refused(file, error);
  }
};

/** And those above it. One that is there is as good. */
export const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw refused(folder, error);
  }
};

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

/** What the file system says no to is told in its words; a mistake of ours is thrown on. */
const refused = (path: string, error: unknown): unknown => {
  const code = codeOf(error);
  if (code === "EEXIST" || code === "ENOTDIR")
    return usage(`${path} cannot be made: a file is in the way`, "Move it away, or take another name.");
  return typeof code === "string" ? usage(`${path} cannot be written (${code})`, "See to it that you may write there.") : error;
};

/** Only where there are no workflows: who has removed it does not want it back. */
export const firstWorkflow = (root: string): Made => {
  const folder = join(root, "workflows");
  if (!existsSync(folder) || readdirSync(folder).length === 0) return createFile(root, "workflows/hello.ts", HELLO);
  return { path: existsSync(join(folder, "hello.ts")) ? "workflows/hello.ts" : "workflows", what: "kept" };
};

export const tsconfig = (root: string): Made => {
  const made = createFile(root, "tsconfig.json", TSCONFIG);
  if (made.what === "created" || readFileSync(join(root, made.path), "utf8").includes(TYPES_FOLDER)) return made;
  return { ...made, note: `for types without an installation add "typeRoots": ${TYPE_ROOTS} to its compilerOptions` };
};

const IGNORED = [".wf/", ".wf.db*", ".wf.key*"];

export const gitignore = (root: string): Made => {
  const path = ".gitignore";
  const made = createFile(root, path, `${IGNORED.join("\n")}\n`);
  if (made.what === "created") return made;
  const isFile = lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
  if (!isFile) return { ...made, note: `a link: see to it that it has ${IGNORED.join(" ")}` };
  const text = readFileSync(join(root, path), "utf8");
  const lines = new Set(text.split("\n").map((line) => line.trim().replace(/^\//, "")));
  const missing = IGNORED.filter((line) => !lines.has(line));
  if (missing.length === 0) return made;
  appendFileSync(join(root, path), `${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`);
  return { path, what: "added", note: missing.join(" ") };
};

const HELLO = `import { Workflow } from "wflite";
import { z } from "zod";

export default Workflow.define({
  name: "hello",
  description: "Greets somebody, waits a second, says goodbye",
  input: z.object({ name: z.string().trim().min(1).default("world") }),
  async run(ctx, { name }) {
    // A step runs once; its result is recorded, and given again whenever the execution is taken up.
    const greeting = await ctx.step("greet", () => \`Hello, \${name}!\`);
    // Nobody has to stay for it: kill the process here, and \`wf tick\` goes on.
    await ctx.sleep("a moment", "1s");
    const farewell = await ctx.step("say goodbye", () => \`Goodbye, \${name}.\`);
    return { greeting, farewell };
  },
});
`;

const TYPE_ROOTS = `["./node_modules/@types", "./${TYPES_FOLDER}"]`;

/** The library of workers is the part of the web that Bun has: fetch, URL, console, AbortSignal, but no window and no document. */
const TSCONFIG = `{
  "compilerOptions": {
    "target": "ESNext",
    "lib": ["ESNext", "WebWorker"],
    "module": "Preserve",
    "moduleResolution": "bundler",
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "skipLibCheck": true,
    // Types of wflite, zod and Bun: \`wf init\` makes them, also after an upgrade. What you install goes before them.
    "types": ["bun"],
    "typeRoots": ${TYPE_ROOTS}
  }
}
`;
