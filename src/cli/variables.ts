/** Variables of the environment that nothing reads, but were probably meant for wf. */
import { CONFIG_ENVIRONMENT } from "../model/configuration.ts";
import { SCRIPT_ENVIRONMENT } from "../model/scripts/environment.ts";
import { suggest } from "../model/suggest.ts";

const PREFIX = "WF_";

/** What a script is told; of its input each key has a variable of its own. */
const SCRIPTS: readonly string[] = Object.values(SCRIPT_ENVIRONMENT).filter((name) => name !== SCRIPT_ENVIRONMENT.inputPrefix);

/** All that wf reads. */
export const VARIABLES: readonly string[] = [
  ...["WF_DB", "WF_ACTOR", "WF_KEY", "WF_KEY_PREVIOUS", "WF_LOADER"],
  ...Object.values(CONFIG_ENVIRONMENT),
  ...SCRIPTS,
];

/** One sentence for all of them; undefined where there is none. Names that are near to none may be those of another program. */
export const misspelt = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const known = VARIABLES.map((name) => name.slice(PREFIX.length));
  const found = Object.keys(env).flatMap((name) => {
    if (!name.startsWith(PREFIX) || VARIABLES.includes(name) || (env[name] ?? "") === "") return [];
    const word = name.slice(PREFIX.length);
    const near = suggest(word, known);
    return near === undefined || !isClose(word.toUpperCase(), near)
      ? []
      : [`${name} is nothing that wf reads: did you mean ${PREFIX}${near}?`];
  });
  return found.length === 0 ? undefined : found.join(" ");
};

/** Of short words half the letters make another word, HOME of HOLD: there one may be wrong. */
const isClose = (word: string, near: string): boolean => {
  if (near.length > 4) return true;
  const others = [...near];
  const strange = [...word].filter((letter) => {
    const at = others.indexOf(letter);
    if (at >= 0) others.splice(at, 1);
    return at < 0;
  });
  return strange.length <= 1 && others.length <= 1;
};
