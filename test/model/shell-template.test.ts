/**
 * Goal: whatever a value holds, and wherever in a script it stands, it is one argument and nothing else.
 *
 * Method: templates are run by the real shells with hostile values, and what a program was given is compared with the values.
 */
import { describe, expect, test } from "bun:test";
import { ValidationError } from "../../src/model/errors.ts";
import { secret } from "../../src/model/secret.ts";
import type { ShellValue } from "../../src/model/shell.ts";
import { isTemplate, nameOfTemplate, readTemplate } from "../../src/model/shell-template.ts";

const tag = (strings: TemplateStringsArray, ...values: readonly unknown[]) => ({
  name: nameOfTemplate(strings),
  read: () => readTemplate(nameOfTemplate(strings), strings, values as readonly ShellValue[]),
});

/** What a shell prints for it. */
const run = (shell: readonly string[], { read }: ReturnType<typeof tag>): string => {
  const { script, args } = read();
  const { stdout, stderr, exitCode } = Bun.spawnSync([...shell, script, "wf", ...args], { env: { PATH: "/usr/bin:/bin" } });
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr.toString()}`);
  return stdout.toString();
};

const SHELLS = [
  ["bash", ["bash", "-euo", "pipefail", "-c"]],
  ["sh", ["sh", "-euc"]],
] as const;

const HOSTILE = [
  "$(echo INJECTED)",
  "`echo INJECTED`",
  "; echo INJECTED",
  "'; echo INJECTED; '",
  '"; echo INJECTED; "',
  "a'b\"c\\d$HOME ${HOME} !! * ? [a-z] ~ #no",
  "two\nlines\tand\ttabs  ",
  "-n",
  "",
  "ünïcödé 👍",
  "\\",
];

describe.each(SHELLS)("a value in %s", (_, shell) => {
  test.each(HOSTILE)("is one argument wherever it stands: %j", (value) => {
    expect(run(shell, tag`printf '<%s>' ${value}`)).toBe(`<${value}>`);
    expect(run(shell, tag`printf '<%s>' a${value}b x`)).toBe(`<a${value}b><x>`);
    expect(run(shell, tag`printf '<%s>' "a ${value} b" 'c ${value} d'`)).toBe(`<a ${value} b><c ${value} d>`);
    expect(run(shell, tag`x=${value}; printf '<%s>' "$x" "$(printf '%s|' ${value})"`)).toBe(`<${value}><${value}|>`);
    expect(run(shell, tag`( printf '<%s>' "$(printf '%s.' "${value}")" ) | cat # ${value}`)).toBe(`<${value}.>`);
    expect(run(shell, tag`if [ ${value} = "${value}" ]; then printf 'same'; fi`)).toBe("same");
    expect(run(shell, tag`case ${value} in ${value}) printf 'same' ;; *) printf 'other' ;; esac`)).toBe("same");
  });

  test("is a number, a boolean or a bigint, too", () => {
    expect(run(shell, tag`printf '<%s>' ${-1.5} ${true} ${10n ** 20n} $(( ${40} + 2 ))`)).toBe("<-1.5><true><100000000000000000000><42>");
  });

  test("that is an array is as many arguments as it has, none for none", () => {
    const [none, some] = [[], ["a b", "$(c)", 3]];
    expect(run(shell, tag`printf '<%s>' x ${some} y ${none}z`)).toBe("<x><a b><$(c)><3><y><z>");
    expect(run(shell, tag`set -- ${none}; echo $#`)).toBe("0\n");
  });

  test("keeps its place beyond the ninth", () => {
    const many = Array.from({ length: 12 }, (_, index) => `v${index}`);
    expect(run(shell, tag`printf '%s ' ${many} ${"last"}`)).toBe(`${many.join(" ")} last `);
  });
});

test("what is written is what the shell reads: backslashes stay, a backquote and a dollar brace are set free", () => {
  const bash = SHELLS[0][1];
  expect(run(bash, tag`printf 'a\tb\\n'; X=1; echo "\${X} \`echo 2\`"`)).toBe("a\tb\\n1 2\n");
  expect(
    run(
      bash,
      tag`echo \
    one ${"two"}`,
    ),
  ).toBe("one two\n");
});

test("a value inside of $'…' is no part of it", () => {
  expect(run(SHELLS[0][1], tag`printf '<%s>' $'a\tb${"\\t'"}c'`)).toBe("<a\tb\\t'c>");
});

describe("what is no argument is refused, and its place is named", () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["an object that came from JSON", JSON.parse('{"raw":"y; echo INJECTED2"}'), "an object is no argument"],
    ["an object with a text of its own", { toString: () => "x" }, "an object is no argument"],
    ["a text object", new String("x"), "an object is no argument"],
    ["an array inside of an array", [["x"]], "an array inside of an array"],
    ["an object inside of an array", ["x", JSON.parse('{"raw":"y"}')], "part 2: an object is no argument"],
    ["a hole of an array", Array.from({ length: 1 }), "part 1: undefined is no argument"],
    ["null", null, "null is no argument"],
    ["undefined", undefined, "undefined is no argument"],
    ["a number that is none", Number.NaN, "NaN is no finite number"],
    ["an infinite number", Infinity, "Infinity is no finite number"],
    ["a function", () => "x", "a function is no argument"],
    ["a symbol", Symbol("x"), "a symbol is no argument"],
    ["a secret", secret("tok-123456"), "`reveal()` it in `env` or `stdin`"],
    ["a date", new Date(0), "an object is no argument"],
    ["a text with NUL", "a\0b", "NUL"],
    ["a text larger than an argument", "x".repeat(200_000), "give it as `stdin`"],
    ["a text that is larger in UTF-8", "ü".repeat(70_000), "140000 bytes"],
  ];
  test.each(cases)("%s", (_, value, problem) => {
    expect(() => tag`echo ${"fine"} ${value}`.read()).toThrow(problem);
    expect(() => tag`echo ${"fine"} ${value}`.read()).toThrow(/^value 2 of `echo \$1 \$2`/);
    expect(() => tag`echo ${value}`.read()).toThrow(ValidationError);
  });

  test("an argument as large as the system takes is not", () => {
    expect(tag`echo ${"x".repeat(131_071)}`.read().args[0]).toHaveLength(131_071);
    expect(() => tag`echo ${"x".repeat(131_072)}`.read()).toThrow("131072 bytes");
  });
});

describe("a place where a value would be evaluated is refused", () => {
  test.each([
    [
      "a here-document",
      tag`cat <<EOF
${"x"}
EOF`,
      "here-document",
    ],
    [
      "a quoted here-document",
      tag`cat <<'EOF'
      ${"x"}
EOF`,
      "here-document",
    ],
    ["backquotes", tag`echo \`echo ${"x"}\``, "backquotes"],
    ["a parameter expansion", tag`echo "\${A:-${"x"}}"`, "set a variable"],
    ["eval", tag`eval ${"x"}`, "`eval` would evaluate it"],
    ["let", tag`A=1 let ${"x"}`, "`let` would evaluate it"],
    ["a text in arithmetic", tag`echo $(( ${"a[$(echo INJECTED)]"} ))`, "has to be a number"],
    ["a text in (( … ))", tag`(( ${"x"} > 1 ))`, "has to be a number"],
    ["a text that [[ … ]] counts with", tag`[[ ${"a[$(echo INJECTED)]"} -eq 1 ]]`, "has to be a number"],
    ["a name that is read", tag`while read -r ${"a[$(echo INJECTED)]"}; do :; done`, "has to be a number"],
    ["a name that is unset", tag`unset "${"a[$(echo INJECTED)]"}"`, "has to be a number"],
    ["a name that is declared", tag`A=1 builtin declare ${"a[$(echo INJECTED)]=1"}`, "has to be a number"],
    ["a name that is asked for", tag`[ -v ${"a[$(echo INJECTED)]"} ]`, "has to be a number"],
    ["a name that is printed into", tag`printf -v ${"a[$(echo INJECTED)]"} x`, "has to be a number"],
    ["a subscript", tag`a[${"x"}]=1`, "has to be a number"],
    ["a subscript in quotes", tag`a["${"PATH[$(echo INJECTED)]"}"]=1`, "has to be a number"],
    ["a subscript in single quotes", tag`a['${"PATH[$(echo INJECTED)]"}']=1`, "would evaluate it there"],
    ["a subscript in a list", tag`a=([1]=x ["${"PATH[$(echo INJECTED)]"}"]=y)`, "has to be a number"],
    ["arithmetic as it was written once", tag`echo $[ a[1] + ${"PATH[$(echo INJECTED)]"} ]`, "has to be a number"],
    ["what an integer is declared with", tag`f() { local -i x="${"PATH[$(echo INJECTED)]"}"; }; f`, "has to be a number"],
    ["what an integer is set to", tag`declare -ri x=1 y; y+=${"PATH[$(echo INJECTED)]"}`, "has to be a number"],
    ["what an integer of bash itself is set to", tag`RANDOM=${"PATH[$(echo INJECTED)]"}`, "has to be a number"],
    ["a reference to another variable", tag`declare -n x=${"PATH[$(echo INJECTED)]"}; echo "$x"`, "has to be a number"],
    ["trap, which keeps a script for later", tag`trap 'rm ${"$(echo INJECTED)"}' EXIT`, "`trap` would evaluate it"],
    ["eval after a redirection", tag`2>/dev/null > out eval ${"x"}`, "`eval` would evaluate it"],
    ["eval with a redirection of a descriptor", tag`eval 2>&1 &>out ${"x"}`, "`eval` would evaluate it"],
    ["an array inside quotes", tag`echo "${["x", "y"]}"`, "cannot stand inside quotes"],
  ])("%s", (_, { read }, problem) => {
    expect(read).toThrow(problem);
  });

  test("and its neighbours are not", () => {
    const bash = SHELLS[0][1];
    const text = tag`cat <<EOF
here
EOF
echo ${"after"}; [[ ${"a b"} = "a b" ]] && echo same; [[ ${3} -eq 3 ]] && evaluate() { echo "$1"; } && evaluate ${"x"}`;
    expect(run(bash, text)).toBe("here\nafter\nsame\nx\n");
    expect(run(bash, tag`export A=${"a b"}; read -r -t ${5} B <<< "x"; declare "C=${"c"}"; printf '%s.' "$A" "$B" "$C"`)).toBe("a b.x.c.");
    expect(run(bash, tag`cat <<< ${"a here string"}`)).toBe("a here string\n");
    expect(
      run(bash, tag`declare -i n=${2}; n+=${3}; m=${"a b"}; declare -a l=([${1}]=${"x"}); a["${2}"]=y; echo $[ n + ${4} ] "$m" "\${l[1]}"`),
    ).toBe("9 a b x\n");
    expect(run(bash, tag`f=${"a'b"}; trap 'printf "<%s>" "$f"' EXIT; { echo ${"out"} >&2; } 2>/dev/null`)).toBe("<a'b>");
    expect(run(bash, tag`[[ a < ${"b"} ]] && cat < <(echo ${"in"})`)).toBe("in\n");
  });
});

describe("the name of its step", () => {
  test("is its static text, with numbers for its values, on one line", () => {
    expect(
      tag`cp ${"a"} "to ${"b"}"
      && echo   done`.name,
    ).toBe('cp $1 "to $2" && echo done');
    expect(tag`${"ls"}`.name).toBe("$1");
  });

  test("is cut to what a name may have, between characters", () => {
    const smiles = "👍".repeat(150);
    const long = tag(Object.assign([`echo ${smiles}`], { raw: [`echo ${smiles}`] }) as unknown as TemplateStringsArray).name;
    expect(long.length).toBeLessThanOrEqual(200);
    expect([long.isWellFormed(), long.endsWith("…")]).toEqual([true, true]);
  });

  test("says nothing of the values", () => {
    expect(tag`login ${"hunter2"}`.name).toBe("login $1");
  });
});

test("a template is told from data that looks like one", () => {
  const of = (strings: TemplateStringsArray) => strings;
  expect(isTemplate(of`x`)).toBe(true);
  for (const data of ["x", ["x"], JSON.parse('{"raw":["x"],"0":"x"}'), Object.freeze(["x"]), null, undefined])
    expect(isTemplate(data)).toBe(false);
});
