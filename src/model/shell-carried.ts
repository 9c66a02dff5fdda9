/**
 * How values get into a script of which they are no part: they are arguments, which a line before the script keeps as variables.
 *
 *     cp ${from} "to ${dir}"   ─►   …; cp "${_wf1?}" "to ${_wf2?}"          bash -c script wf from dir
 *
 * Not "${1}" itself: inside of a function, and after `set --` or `shift`, it is another one. The variables are read-only, so that a script
 * which happens to use such a name fails instead of being given another value, and not exported. Where they are missing all the same, as in
 * a function that another bash was given by `export -f`, `?` ends the script: without it they would be empty there.
 */
import type { Standing } from "./shell-standing.ts";

/** Short, since there may be ten thousand of them, and a script has to fit into one argument. */
const NAME = "_wf";

/**
 * On the first line of the script, so that the lines of the shell's messages are those of the template. A variable of that name in the
 * environment would stay exported, so it is removed first.
 */
export const carrying = (count: number): string =>
  count === 0
    ? ""
    : `${NAME}=0; while [ "$${NAME}" -lt ${count} ]; do ${NAME}=$((${NAME} + 1)); unset -v "${NAME}$${NAME}"; ` +
      `eval "readonly ${NAME}$${NAME}=\\"\\\${$${NAME}}\\""; done; unset -v ${NAME}; `;

/** @param from how many words stand before its first @param count of its own */
export const written = ({ kind }: Standing, from: number, count: number): string => {
  const one = `\${${NAME}${from + 1}?}`;
  switch (kind) {
    case "plain":
      // One that is missing is enough to tell.
      return Array.from({ length: count }, (_, index) => (index === 0 ? `"${one}"` : `"$${NAME}${from + index + 1}"`)).join(" ");
    case "double":
    case "number":
      return one;
    case "single":
      return `'"${one}"'`;
    case "ansi":
      return `'"${one}"$'`;
    case "nowhere":
      return "";
    default:
      return kind satisfies never;
  }
};
