/**
 * What of bash, and of the programs that start shells, evaluates a text: by name.
 *
 * The lists were made by giving every builtin, with every option it has, and every variable of bash 3.2, 4.4 and 5.2 hostile texts.
 */

/** They take a text for a part of a script, now or later. */
export const EVALUATORS = new Set(["eval", "let", "trap", "alias", "bind", "complete", "enable", "fc"]);

/** Their options `-i` and `-n` have the values of a variable evaluated, and with `-a` or `-A` texts in parentheses. */
export const DECLARING = new Set(["declare", "typeset", "local", "readonly", "export"]);

/** Their arguments are names of variables, and a subscript of such a name is evaluated. */
export const NAMING = new Set([...DECLARING, "unset", "read", "mapfile", "readarray", "getopts"]);

/** After `-v` theirs are names, too. */
export const TESTS = new Set(["test", "["]);

/** Those have an option that evaluates what stands behind it; one letter each. */
export const OPTIONS_THAT_EVALUATE: ReadonlyMap<string, RegExp> = new Map([
  ["printf", /^-v/],
  ["wait", /^-\w*p/],
  ["compgen", /^-\w*[WFC]/],
  ["env", /^(?:-\w*S|--split-string)/],
]);

/** They run the file they are given, in this shell. */
export const SOURCES = new Set(["source", "."]);

/** Who has one of those run may as well have been given a script. */
export const EVALUATING_BUILTINS = new Set([
  ...EVALUATORS,
  ...NAMING,
  ...TESTS,
  ...SOURCES,
  "builtin",
  "command",
  "exec",
  "printf",
  "wait",
  "compgen",
]);

export const SHELLS = new Set(["sh", "bash", "rbash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"]);

/** Programs whose `-c` is a script as well. */
export const SCRIPT_TAKERS = new Set(["su", "runuser", "script", "flock"]);

/** Programs that run the command they are given. */
export const WRAPPERS = new Set(
  (
    "env sudo doas nice ionice nohup timeout xargs parallel setsid stdbuf chroot unshare nsenter strace watch " +
    "docker podman kubectl ssh"
  ).split(" "),
);

/** They print what they are given. */
export const PRINTERS = new Set(["echo", "printf", "cat"]);

/** What is assigned to those is evaluated at once, as arithmetic. */
export const INTEGERS: readonly string[] = ["OPTIND", "RANDOM", "SRANDOM", "HISTCMD"];

/** What is assigned to those the shell, or one that is started by it, expands when it uses it: with commands in it. */
export const EXPANDED_LATER = new Set(["PS0", "PS1", "PS2", "PS3", "PS4", "PROMPT_COMMAND", "BASH_ENV", "ENV", "BASH_ALIASES"]);

/** Comparisons of `[[ … ]]` that evaluate what they compare. */
export const EVALUATING_COMPARISONS = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"]);
