/**
 * Files for `wf new`: real workflow files under `share/templates`, in which a name is put. Tests check the types of each, and run it.
 *
 * The first line of a template (of a script, the second) says how it is tried; a person is told that, and the file begins after it.
 */
import { readShipped } from "./shipped.ts";

const PLACEHOLDER = "template-name";
const HOW = /^(#!.*\n)?(?:\/\/|#) Try it: (.*)\n/;

export interface FromTemplate {
  /** Within the project. */
  readonly path: string;
  readonly text: string;
  /** The command that tries it. */
  readonly run: string;
}

/** @param name an accepted name of a workflow: nothing in it has a meaning in TypeScript or in a shell */
export const fromTemplate = (template: string, name: string): FromTemplate => {
  const extension = template === "script" ? "sh" : "ts";
  const shipped = readShipped(`templates/${template}.${extension}`).replaceAll(PLACEHOLDER, name);
  return { path: `workflows/${name}.${extension}`, text: shipped.replace(HOW, "$1"), run: HOW.exec(shipped)?.[2] ?? `wf run ${name}` };
};
