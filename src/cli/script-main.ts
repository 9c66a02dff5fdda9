/**
 * The entry of the calls of a script, `wf begin`, `step`, `sleep`, `wait-event` and `end`, which `bin/wf` takes instead of `main.ts`: a
 * script has many of them, so none loads the command line.
 *
 * All that a `wf step` which is finished needs is imported at once, so that it is read side by side; the rest comes when it is needed.
 * Whatever is not plainly right goes on in `main.ts`, as if it had been the entry.
 */
import { callScript } from "../open-script.ts";
import { arrive } from "./arrival.ts";
import { scriptCall } from "./script-call.ts";
import { isPlain, readScriptLine, type ScriptLine } from "./script-line.ts";

const argv = arrive(process.argv.slice(2));
const read = readScriptLine(argv);
const line = read !== undefined && isPlain(read) ? read : undefined;

const call = async ({ options, ...words }: ScriptLine): Promise<number> => {
  try {
    const { dir, db = process.env["WF_DB"], ...more } = options;
    const place = { cwd: process.cwd(), dir: textOf(dir), db: textOf(db === "" ? undefined : db) };
    return await callScript(scriptCall({ ...words, options: more }, process.env), place);
  } catch (error) {
    return (await import("./script-failure.ts")).tell(error);
  }
};

const textOf = (value: string | true | undefined): string | undefined => (typeof value === "string" ? value : undefined);

// The directory was gone back to already.
if (line === undefined) void import("./main.ts");
else void call(line).then((code) => process.exit(code));
