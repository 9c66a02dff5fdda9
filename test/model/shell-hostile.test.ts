/**
 * Goal: a value is never evaluated. Where a shell would, it is refused, and everywhere else it means nothing.
 *
 * Method: real shells and hostile values, each of which makes a file when somebody evaluates it. Each place that is refused is shown to be
 * dangerous as well: the same script with a plain "$1" makes that file. (That part needs the bash of today, since old ones lack some.)
 */
import { afterAll, describe, expect, test } from "bun:test";
import { HOSTILE, naive, readText, shellFolder, SHELLS } from "./shell-scripts.ts";

const folder = shellFolder();
afterAll(() => folder[Symbol.dispose]());

const BASH = SHELLS[0][1];
const [major = 0, minor = 0] = Bun.spawnSync(["bash", "-c", 'echo "$BASH_VERSION"']).stdout.toString().split(".").map(Number);
const isModern = major > 5 || (major === 5 && minor >= 1);

const COMMAND = "touch pwned";
const EXPANDED = "$(touch pwned)";
const SUBSCRIPT = "a[$(touch pwned)]";
const LIST = "($(touch pwned))";

/** Without a value where no script can show the danger: only an interactive shell does it, or a program that is not everywhere. */
type Place = readonly [script: string, value?: string];

const refuses = (title: string, problem: string | RegExp, places: readonly Place[]): void =>
  describe(title, () => {
    test.each(places.map(([script, value]) => [script, value] as const))("%s", (script, value) => {
      expect(() => readText(script, value ?? COMMAND)).toThrow(problem);
      if (isModern && value !== undefined) expect(folder.run(["bash", "-c"], naive(script, value))).toMatchObject({ isPwned: true });
    });
  });

refuses("a variable that the shell expands later takes no value", /the shell expands \w+ whenever it uses it/, [
  ["PS4=@@; set -x; :", EXPANDED],
  ['PS4="+ @@"; set -x; :', EXPANDED],
  ["export PS4=@@; set -x; :", EXPANDED],
  ['declare "PS4=@@"; set -x; :', EXPANDED],
  ["for PS4 in @@; do set -x; :; done", EXPANDED],
  ["read -r PS4 <<< @@; set -x; :", EXPANDED],
  ["printf -v PS4 %s @@; set -x; :", EXPANDED],
  ["BASH_ENV=@@ bash -c :", EXPANDED],
  ["env BASH_ENV=@@ bash -c :", EXPANDED],
  ["ENV=@@ sh -i"],
  ["PS1=@@"],
  ["x=1 PS2='> @@' cat"],
  ["PROMPT_COMMAND=@@"],
  ["PROMPT_COMMAND+=(x @@)"],
  ["shopt -s expand_aliases; BASH_ALIASES[x]=@@\nx", COMMAND],
]);

refuses("what is a script for a builtin takes no value", /`[\w.]+` would evaluate it/, [
  ["eval @@", COMMAND],
  ['eval "echo @@"', EXPANDED],
  ['eval "$(echo @@)"', COMMAND],
  ["trap @@ EXIT", COMMAND],
  ["trap -- @@ EXIT", COMMAND],
  ["shopt -s expand_aliases; alias x=@@\nx", COMMAND],
  ["let @@", SUBSCRIPT],
  ["source <(echo @@)", COMMAND],
  [". <(printf %s @@)", COMMAND],
  ["source /dev/stdin <<< @@", COMMAND],
  ["complete -W @@ x"],
  ["bind -x @@"],
  ["enable -f @@ x"],
  ["fc -s @@"],
]);

refuses("so does one that is written with quotes, or behind something else", "`eval` would evaluate it", [
  ['"eval" @@', COMMAND],
  ["'eval' @@", COMMAND],
  ["e\\val @@", COMMAND],
  ["\\eval @@", COMMAND],
  ['e"v"al @@', COMMAND],
  ["builtin eval @@", COMMAND],
  ["command -p -- eval @@", COMMAND],
  ["VAR=x eval @@", COMMAND],
  ["a[1]=x B+=2 command builtin eval @@", COMMAND],
  ["! eval @@", COMMAND],
  ["time -p eval @@", COMMAND],
  ["$(true) eval @@", COMMAND],
  ["{fd}>out eval @@", COMMAND],
  ["if eval @@; then :; fi", COMMAND],
  ["(eval @@)", COMMAND],
  ["f() { eval @@; }; f @@", COMMAND],
  ["function f { eval @@; }; f @@", COMMAND],
  ["coproc eval @@; wait", COMMAND],
  ["case x in y) ;; (x) eval @@ ;; esac", COMMAND],
  ['echo "$(case x in x) eval @@ ;; esac)"', COMMAND],
  ["a=(1) eval @@", COMMAND],
  ['echo "a # b" "\\"" # it\'s\neval @@', COMMAND],
  ["cat <<'E'\nit's\nE\neval @@", COMMAND],
]);

refuses("the script of a shell takes no value", /`\w+(?: -c)?` would evaluate/, [
  ["bash -c @@", COMMAND],
  ['bash -c "echo @@"', EXPANDED],
  ["sh -c @@", COMMAND],
  ["/bin/bash -euo pipefail -c @@", COMMAND],
  ["bash -lc @@", COMMAND],
  ["exec bash -c @@", COMMAND],
  ["env -i A=1 /bin/sh -c @@", COMMAND],
  ["timeout 60 bash -c @@", COMMAND],
  ["echo x | xargs -I{} sh -c @@", COMMAND],
  ["find . -maxdepth 0 -exec sh -c @@ \\;", COMMAND],
  ["bash <(echo @@)", COMMAND],
  ["bash < <(echo @@)", COMMAND],
  ["bash -s <<< @@", COMMAND],
  ["echo @@ | bash", COMMAND],
  ["printf %s @@ | tr x y | sh", COMMAND],
  ["$SUDO bash -c @@", COMMAND],
  ["sudo -u me sh -c @@"],
  ["su me -c @@"],
]);

refuses("an option that evaluates takes no value", /would evaluate it/, [
  ["env -S @@", COMMAND],
  ["compgen -W @@", EXPANDED],
  ["compgen -C @@", COMMAND],
  ["compgen -F @@"],
  ["mapfile -C @@ -c 1 x <<< y", COMMAND],
  ["readarray -c 1 -C @@ x <<< y", COMMAND],
  ["sleep 0 & wait -p @@ $!", SUBSCRIPT],
  ["printf -v @@ x", SUBSCRIPT],
  ['printf "-v@@" x', SUBSCRIPT],
]);

refuses("the name of a variable is no value", "has to be a number", [
  ["read @@ <<< x", SUBSCRIPT],
  ["test -v @@", SUBSCRIPT],
  ["[ ! -v @@ ]", SUBSCRIPT],
  ["[[ -v @@ ]]", SUBSCRIPT],
  ["declare -A a; unset @@", SUBSCRIPT],
  ['declare -n r=@@; echo "$r"', SUBSCRIPT],
  ['x=@@; echo "${!x}"', SUBSCRIPT],
  ["x=([@@]=1)", SUBSCRIPT],
]);

refuses("nothing counts with a text", "has to be a number", [
  ["(( @@ )) || :", SUBSCRIPT],
  ["echo $(( $(echo @@) ))", SUBSCRIPT],
  ["n=@@; (( n > 3 ))", SUBSCRIPT],
  ["n=@@; [[ $n -gt 3 ]]", SUBSCRIPT],
  ['n=@@; [[ 3 -lt "${n}" ]]', SUBSCRIPT],
  ["export n=@@; echo $(( n ))", SUBSCRIPT],
  ["f() { local n=@@; echo $(( n )); }; f @@", SUBSCRIPT],
  ["for n in @@; do echo $(( n )); done", SUBSCRIPT],
  ["read -r n <<< @@; echo $(( n ))", SUBSCRIPT],
  ["n=@@; for ((i = 0; i < n; i++)); do :; done", SUBSCRIPT],
  ['t=abc; n=@@; echo "${t:n}"', SUBSCRIPT],
  ['t=(a b); n=@@; echo "${t[n]}"', SUBSCRIPT],
  ["t[1]=b; n=@@; t[$n]=c", SUBSCRIPT],
  ["declare -i n; for n in @@; do :; done", SUBSCRIPT],
  ["declare -ai n=(@@)", SUBSCRIPT],
  ["RANDOM=@@", SUBSCRIPT],
  ["SRANDOM=@@", SUBSCRIPT],
  ["printf -v RANDOM %s @@", SUBSCRIPT],
  ["declare -a x=@@", LIST],
  ["declare -A x=@@", LIST],
  ['declare -a x="(@@)"', EXPANDED],
  ["x=(1); declare x=@@", LIST],
  ["declare -a x; typeset x=@@", LIST],
  ["echo x >& @@", EXPANDED],
]);

describe("where only some texts would be evaluated, those are refused", () => {
  test.each([
    ["printf @@ x", "-va[$(touch pwned)]", "<%s>"],
    ["printf -v y @@ x", "-va[$(touch pwned)]", "<%s>"],
    ["sleep 0 & wait @@ $!", "-pa[$(touch pwned)]", "%1"],
    ["compgen @@ || :", "-Wx$(touch pwned)", "x"],
    ["env @@ true", "-Stouch pwned", "A=1"],
    ["declare -a x; f() { declare -g x=@@; }; x=1", "($(touch pwned))", "5"],
  ] as const)("%s", (script, wrong, right) => {
    expect(() => readText(script, wrong)).toThrow();
    const { exitCode, isPwned } = folder.run(BASH, readText(script, right));
    expect({ exitCode, isPwned }).toEqual({ exitCode: 0, isPwned: false });
    if (isModern && !script.startsWith("declare")) expect(folder.run(["bash", "-c"], naive(script, wrong)).isPwned).toBe(true);
  });

  test("a value that is the name of the command is no builtin that evaluates what follows", () => {
    expect(() => readText("@@ @@", "eval", COMMAND)).toThrow("`eval` would evaluate what follows it");
    expect(() => readText("A=1 command @@", [".", "file"])).toThrow("`.` would evaluate");
    expect(() => readText("@@ eval @@", ["nice"], COMMAND)).toThrow("`eval` would evaluate it");
    expect(folder.run(BASH, readText("@@ @@ c", ["echo", "a"], "b")).stdout).toBe("a b c\n");
  });

  test("several values are no operators of a test", () => {
    expect(() => readText("[ @@ ]", ["-v", SUBSCRIPT])).toThrow("several arguments");
    expect(() => readText("[ @@ @@ ]", "-v", SUBSCRIPT)).toThrow("has to be a number");
    expect(folder.run(BASH, readText("[ @@ = @@ ] && [ -n @@ -a @@ = -v ] && echo same", "-v")).stdout).toBe("same\n");
  });

  test("a text of digits is a number", () => {
    expect(folder.run(BASH, readText("n=@@; (( n > 3 )) && echo $(( @@ + @@ )) $n", "5", "5", -1)).stdout).toBe("4 5\n");
    for (const value of ["5x", "0x5", "", " 5", "5\n", "9".repeat(19)])
      expect(() => readText("(( @@ ))", value)).toThrow("has to be a number");
  });
});

describe("everywhere else a value means nothing:", () => {
  test.each([
    "x=@@; PS4='$x '; set -x; :",
    "echo PS4=@@ RANDOM=@@ eval @@",
    "mapfile -t x < @@",
    "mapfile -t -d @@ x <<< a",
    "compgen -G @@",
    "printf -- @@ x",
    "printf %s @@",
    "read -r -p @@ -d @@ x <<< y",
    'f() { local x=@@; echo "$x"; }; f',
    'export x=@@; readonly y=@@; echo "$x" "$y"',
    'declare -a x=(@@ [3]=@@); echo "${x[@]}"',
    "[ @@ = @@ ] || [ -f @@ ]",
    "[[ @@ == x || ( @@ =~ ^(a|b)$ ) ]] || [[ -n @@ && eval == @@ ]]",
    "getopts ab x @@",
    "wait -- @@",
    "source ./@@",
    "bash -euc 'echo \"$1\"' bash @@",
    "bash -s -- @@ <<< 'echo \"$1\"'",
    "x=@@; bash -c 'echo \"$x\"'",
    "xargs sh -c 'echo \"$1\"' sh @@ < /dev/null",
    "find . -maxdepth 0 -exec echo @@ ';'",
    "find . -name @@",
    "env A=@@ -u @@ printenv A",
    "git -c @@ -S @@ log",
    "echo @@ | cat | tr a b || bash -c :",
    "command -v @@",
    'x=@@; [ $x -gt 3 ]; echo $(( ${#x} + $(printf %s "$x" | wc -c) ))',
    'declare -A h; k=@@; h[$k]=1; echo "${h[$k]}"',
    'y=@@; echo "${z:-$y}" "${y#"$y"}" "${HOME:+x}"',
    'echo "$(case x in (x) echo @@ ;; esac)" @@',
    'case @@ in a) ;; @@) echo "a\'b" ;; esac',
    "shopt -s extglob\necho {a,b}@@ ~@@ *@@ !(a|b) @@ # it's @@",
    "exec {fd}> @@; echo x >&$fd",
    "echo x &> @@; echo x >| @@; cat < @@",
    "echo $'a\\'b@@' 'x'@@\"y'\"'@@' \\' @@ \\\" @@",
    "while read -r l; do echo @@; done < <(printf '%s\\n' @@)",
  ])("%s", (script) => {
    for (const value of HOSTILE) {
      const { isPwned, stderr } = folder.run(BASH, readText(script, value));
      expect({ value, isPwned }).toEqual({ value, isPwned: false });
      expect(stderr).not.toContain("syntax error");
    }
  });
});
