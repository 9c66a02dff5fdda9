/**
 * Goal: a person at a real shell presses the tab key, and the line goes on as it should.
 *
 * Method: bash and zsh sit in a terminal each, with the scripts that are shipped; keys are typed, and what they echo is read. fish is asked
 * what it would offer. Ids hold colons, and names of steps spaces: shells split words at the one, and quote the other.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { wfHere } from "../support/in-process.ts";
import { describeNeeding } from "../support/needing.ts";
import { eventually } from "../support/wf.ts";

const root = resolve(import.meta.dir, "../..");

let folder: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "wf-shells-")));
  const wf = (...argv: readonly string[]) => wfHere({ folder }, argv);
  await wf("new", "refunds", "--template", "approval");
  await wf("new", "booking", "--template", "saga");
  await wf("run", "refunds", "--id", "shop:1", "--hold", "0s");
  await wf("run", "booking", "--id", "trip@2", "card=good");
  writeFileSync(join(folder, "workflows/odd.ts"), ODD);
  await wf("run", "odd", "--id", "odd");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = (): Record<string, string> => ({
  PATH: `${root}/bin:/usr/bin:/bin`,
  HOME: folder,
  TERM: "dumb",
  LANG: "C.UTF-8",
});

/** Its step has a name that a shell would make something of. */
const ODD = `import { Workflow } from "wflite";
export default Workflow.define({ name: "odd", run: (ctx) => ctx.step("it's \`id\` $(id) \\"x\\" on", () => 1) });
`;

/** What is typed, and what the line has become. */
const TYPED: readonly (readonly [typed: string, becomes: string])[] = [
  ["wf hist\t", "wf history "],
  ["wf history shop\t", "wf history shop:1 "],
  ["wf history shop:\t", "wf history shop:1 "],
  ["wf history tr\t", "wf history trip@2 "],
  ["wf status --status=fa\t", "wf status --status=failed "],
  ["wf status --status failed,bl\t", "wf status --status failed,blocked "],
  ["wf approve shop:1 ref\t", "wf approve shop:1 refund "],
  ["wf resolve trip@2 'res\t", "wf resolve trip@2 'reserve seat' "],
  ["wf resolve trip@2 reserve\\ s\t", "wf resolve trip@2 reserve\\ seat "],
  ["wf resolve odd 'it\t", `wf resolve odd 'it'\\''s \`id\` $(id) "x" on' `],
  ['wf resolve odd "it\t', `wf resolve odd "it's \\\`id\\\` \\$(id) \\"x\\" on" `],
  ["wf run book\t", "wf run booking "],
  ["wf run booking ca\t", "wf run booking card="],
  ["wf --dir workf\t", "wf --dir workflows/"],
  ["wf import workflows/book\t", "wf import workflows/booking.ts "],
  ["wf history nothing\t", "wf history nothing"],
];

/** Ctrl-G shows the line that is being typed, as the shell has it, without running it. */
const EMPTY = /LINE<()>END/;
const TEXT = /LINE<((?!>END)[^]+?)>END/;
const SHELLS = {
  bash: {
    argv: ["bash", "--norc", "-i"],
    setUp: `source <(wf completion bash); bind -x '"\\C-g": printf "LINE<%s>%s\\n" "$READLINE_LINE" END'`,
  },
  zsh: {
    argv: ["zsh", "-f", "-i"],
    setUp: [
      "autoload -Uz compinit; compinit -u -D; source <(wf completion zsh)",
      `show() { zle -I; print -r -- "LINE<$BUFFER>""END" }; zle -N show; bindkey '^G' show`,
    ].join("; "),
  },
} as const;

describe.each(["bash", "zsh"] as const)("at a terminal", (shell) =>
  describeNeeding(shell, shell, `with ${shell}`, () => {
    test("each line goes on as it should", async () => {
      const lines = await typeAll(SHELLS[shell]);
      expect(TYPED.map(([typed], index) => [typed, lines[index]])).toEqual(TYPED.map(([typed, becomes]) => [typed, becomes]));
    });
  }),
);

const typeAll = async ({ argv, setUp }: (typeof SHELLS)[keyof typeof SHELLS]): Promise<readonly string[]> => {
  let echo = "";
  const data = (_: unknown, bytes: Uint8Array): void => void (echo += new TextDecoder().decode(bytes));
  const child = Bun.spawn([...argv], { cwd: folder, env: environment(), terminal: { cols: 160, rows: 40, data } });
  const type = (keys: string): void => {
    echo = "";
    child.terminal?.write(keys);
  };
  const lineAfter = async (keys: string): Promise<string> => {
    type(`${keys}\u0007`);
    return (await eventually(`${argv[0]} shows ${JSON.stringify(keys)}`, () => TEXT.exec(echo) ?? undefined))[1] ?? "";
  };
  // Ctrl-U empties the line, Ctrl-G after it shows that nothing is left of the one before. Again and again: a shell that still starts, or
  // is busy with the line before, may swallow keys.
  const empty = (): Promise<boolean> =>
    eventually(`${argv[0]} has an empty line`, async () => {
      child.terminal?.write("\u0015\u0007");
      await Bun.sleep(50);
      return EMPTY.test(echo);
    });
  try {
    type(`${setUp}\n`);
    const lines: string[] = [];
    for (const [typed] of TYPED) {
      echo = "";
      await empty();
      lines.push(await lineAfter(typed));
    }
    return lines;
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
};

describeNeeding("fish", "fish", "with fish", () => {
  test("what is offered fits what was typed", () => {
    const script = join(root, "share/completion/wf.fish");
    const lines = ["wf hist", "wf history shop:", "wf status --status=fa", "wf resolve trip@2 'res", "wf run booking ", "wf --dir workf"];
    const asked = lines.map((line) => `complete -C ${JSON.stringify(line)}; echo ====`).join("; ");
    const { stdout } = Bun.spawnSync(["fish", "-N", "-c", `source ${script}; ${asked}`], { cwd: folder, env: environment() });
    const offered = stdout
      .toString()
      .split("====\n")
      .map((block) => block.split("\t")[0]?.trim());
    expect(offered).toEqual(["history", "shop:1", "--status=failed", "reserve seat", "card=", "workflows/", ""]);
  });
});

describeNeeding("shellcheck", "shellcheck", "what bash reads, and the template of a script,", () => {
  test("has nothing that shellcheck would warn of", () => {
    const scripts = ["share/completion/wf.bash", "share/templates/script.sh"].map((path) => join(root, path));
    const { stdout, exitCode } = Bun.spawnSync(["shellcheck", ...scripts]);
    expect([exitCode, stdout.toString()]).toEqual([0, ""]);
  });
});

test.each(["bash", "zsh", "fish"])("words of %s lead to a project in the home directory, which no shell has put there yet", (shell) => {
  for (const place of [["--dir", "~"], ["--dir=~/"], ["--db", "~/.wf.db"]]) {
    const { stdout } = Bun.spawnSync([join(root, "bin/wf"), "complete-words", shell, "--", ...place, "history", "tr"], {
      cwd: "/",
      env: environment(),
    });
    expect([place, stdout.toString()]).toEqual([place, "words\ntrip@2\tbooking completed\n"]);
  }
});

describe("without a project, or with a broken one", () => {
  test("commands complete all the same, and nothing is said on standard error", async () => {
    for (const [words, first] of [
      [["hist"], "history\t"],
      [["history", "x"], undefined],
      [["--dir", "/nowhere", "run", ""], undefined],
      [[], undefined],
    ] as const) {
      const child = Bun.spawn([join(root, "bin/wf"), "complete-words", "fish", "--", ...words], {
        cwd: "/",
        env: environment(),
        stderr: "pipe",
      });
      const [code, stdout, stderr] = await Promise.all([
        child.exited,
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      expect([code, stdout.split("\n")[1]?.startsWith(first ?? ""), stderr]).toEqual([0, true, ""]);
    }
  });
});
