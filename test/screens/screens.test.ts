/**
 * Goal: what a person sees and types in a terminal of 80 columns is what was looked at and found good.
 *
 * Method: real commands in a pane of tmux, with a clock that stands still. Each golden file can be looked at with `cat`, on a dark and on a
 * light terminal; `bun test/screens/make.ts` writes them anew. Without tmux, bash or libfaketime these tests are skipped.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testNeeding } from "../crash/processes/needing.ts";
import { canFakeTime } from "../crash/tools.ts";
import { canonical, hasTerminal } from "../support/terminal.ts";
import { beginStory, SCREENS, type Screens, type Story, tellStory } from "./scenario.ts";

const canRun = hasTerminal() && canFakeTime();
const needingTerminal = testNeeding(canRun);
let story: Story;
let screens: Screens;

beforeAll(async () => {
  if (!canRun) return;
  story = await beginStory(mkdtempSync(join(tmpdir(), "wf-screens-")));
  screens = await tellStory(story);
});
afterAll(() => story?.remove());

/** The screen after a line has been typed, and has come to its end. */
const afterLine = async (line: string): Promise<string> => {
  await story.terminal.clear();
  await story.terminal.enter(line);
  await story.terminal.isReady();
  return story.terminal.text();
};

describe("the screen of (needs tmux, bash, libfaketime)", () => {
  needingTerminal.each(SCREENS.map((name) => [name]))("%s is the golden one", (name) => {
    expect(screens[name as keyof Screens]).toBe(readFileSync(join(import.meta.dir, `${name}.screen`), "utf8"));
  });
});

test("the page on the terminal shows these screens", () => {
  const page = readFileSync(join(import.meta.dir, "../../docs/terminal.md"), "utf8");
  for (const name of ["run", "history", "history-failed"]) {
    const shown = readFileSync(join(import.meta.dir, `${name}.screen`), "utf8").replace(/\x1b\[[0-9;]*m/g, "");
    expect(page).toContain(`\`\`\`text\n${shown.replace(/\$\n$/, "")}\`\`\``);
  }
});

describe("keys (need tmux, bash, libfaketime)", () => {
  needingTerminal(
    "Ctrl-C in the live view leaves nothing of it behind: what became of it, the way on, a cursor, a prompt of its own",
    async () => {
      const { terminal } = story;
      await terminal.clear();
      await terminal.enter("wf run order --id order-2; echo code $?");
      await terminal.shows(/↻ charge card {2,}attempt 2 of 5/);
      terminal.press("C-c");
      await terminal.shows(/code 130/);
      await terminal.isReady();
      expect(terminal.isCursorShown()).toBe(true);
      const text = terminal.text();
      expect(text).toContain("go on here with `wf wait order-2`");
      expect(text).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
      expect(text).toEndWith("\ncode 130\n$");
    },
  );

  needingTerminal("a question before many are cancelled is answered by typing, and no is no", async () => {
    const { terminal } = story;
    await terminal.clear();
    await terminal.enter("wf cancel --all; echo code $?");
    await terminal.shows(/cancel \d+ executions\? \[y\/N\]$/);
    await terminal.enter("n");
    await terminal.shows(/code 2/);
    expect(terminal.text()).toContain("Stopped: nothing was done");
    expect(await afterLine("wf cancel --all < /dev/null 2>&1 | grep -c 'executions?'")).toEndWith("\n0\n$");
  });

  needingTerminal("a watched screen is drawn anew when the terminal is made narrower, and Ctrl-C leaves the prompt a line", async () => {
    const { terminal } = story;
    await terminal.clear();
    await terminal.enter("wf status --watch");
    await terminal.shows(/NOTE/);
    terminal.resize(44, 24);
    const narrow = await terminal.shows(/refund-1\n {2}refund/);
    expect(Math.max(...narrow.split("\n").map((row) => Bun.stringWidth(row)))).toBeLessThanOrEqual(44);
    terminal.press("C-c");
    await terminal.isReady();
    terminal.resize(80, 24);
  });
});

describe("colour (needs tmux, bash, libfaketime)", () => {
  needingTerminal("is left out for NO_COLOR, --no-color and a dumb terminal, and there in a pipe where it is forced", async () => {
    const { terminal } = story;
    for (const line of ["NO_COLOR=1 wf why order-1", "wf why order-1 --no-color", "TERM=dumb wf why order-1", "wf why order-1 | cat"]) {
      await afterLine(line);
      expect([line, terminal.screen().includes("\x1b")]).toEqual([line, false]);
    }
    await afterLine("FORCE_COLOR=1 wf why order-1 | cat");
    expect(terminal.screen()).toContain("\x1b[1morder-1\x1b[0m");
  });

  needingTerminal("on a dumb terminal goes without a spinner as well: a line for each thing that ends", async () => {
    story.open("look");
    const text = await afterLine("TERM=dumb wf run refund --id refund-3");
    expect(text).toContain("refund started\n✓ look up  ");
  });
});

describe("colours that a terminal gives", () => {
  const bold = "\x1b[1m";
  test.each([
    ["as they are", `${bold}a\x1b[0m b`, `${bold}a\x1b[0m b`],
    ["whatever ends them", `${bold}a\x1b[22m b\x1b[39m`, `${bold}a\x1b[0m b`],
    ["in one order", "\x1b[31m\x1b[1ma\x1b[0m", "\x1b[1;31ma\x1b[0m"],
    ["over the ends of lines", "\x1b[31ma\nb\x1b[m\nc", "\x1b[31ma\x1b[0m\n\x1b[31mb\x1b[0m\nc"],
    ["not around blanks", "\x1b[2m  \x1b[0ma", "  a"],
  ])("are written %s", (_, given, written) => {
    expect(canonical(given)).toBe(written);
  });
});
