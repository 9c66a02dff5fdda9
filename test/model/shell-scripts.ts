/** Scripts with values in them, as texts in which `@@` stands for a value, and a folder in which shells run them. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShellValue } from "../../src/model/shell.ts";
import { nameOfTemplate, type ReadTemplate, readTemplate } from "../../src/model/shell-template.ts";

/** As the host calls them. */
export const SHELLS = [
  ["bash", ["bash", "-euo", "pipefail", "-c"]],
  ["sh", ["sh", "-euc"]],
] as const;

/** A file of this name is made by whoever evaluates a value that is hostile. */
export const PWNED = "pwned";

/** Whatever a shell takes them for: a script, a word of one, an expression, a list, an option. */
export const HOSTILE: readonly string[] = [
  "$(touch pwned)",
  "a[$(touch pwned)]",
  "; touch pwned",
  "touch pwned",
  "`touch pwned`",
  "($(touch pwned))",
  '"; touch pwned; "',
  "'; touch pwned; '",
  "\ntouch pwned\n",
  ") ; touch pwned ; (",
  "-va[$(touch pwned)]",
  "-pa[$(touch pwned)]",
  "-Stouch pwned",
  "-Wx$(touch pwned)",
];

/** @param values all the same, where only one is given @throws ValidationError SHELL_REFUSED */
export const readText = (text: string, ...values: readonly ShellValue[]): ReadTemplate => {
  const parts = text.split("@@");
  const strings = Object.freeze(Object.assign([...parts], { raw: Object.freeze([...parts]) })) as unknown as TemplateStringsArray;
  const all = parts.slice(1).map((_, index) => values[index] ?? (values[0] as ShellValue));
  return readTemplate(nameOfTemplate(strings), strings, all);
};

/** What one would write by hand, which is wrong where a shell evaluates the value. */
export const naive = (text: string, value: string): ReadTemplate => {
  const isQuoted = (at: number): boolean => (text.slice(0, at).split('"').length - 1) % 2 === 1;
  return { script: text.replace(/@@/g, (_, at: number) => (isQuoted(at) ? "$1" : '"$1"')), args: [value] };
};

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Whether something was evaluated. */
  readonly isPwned: boolean;
}

/** Each script runs in an empty folder. */
export const shellFolder = () => {
  const root = mkdtempSync(join(tmpdir(), "wf-shell-"));
  const empty = (): void => readdirSync(root).forEach((name) => rmSync(join(root, name), { recursive: true, force: true }));
  return {
    run(shell: readonly string[], { script, args }: ReadTemplate, env: Readonly<Record<string, string>> = {}): Ended {
      const command = [...shell, script, "wf", ...args];
      const { stdout, stderr, exitCode } = Bun.spawnSync(command, {
        cwd: root,
        env: { PATH: "/usr/bin:/bin", HOME: root, ...env },
        stdin: null,
      });
      const isPwned = readdirSync(root).includes(PWNED);
      empty();
      return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode, isPwned };
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
};
