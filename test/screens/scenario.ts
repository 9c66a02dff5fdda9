/**
 * What a person sees at 80 columns, as one story in a real terminal: an order is run, another fails, both are looked at.
 *
 * Times are the same in each run: the wall clock stands still, and moves on when the story says so. Steps wait for files.
 */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { libraryOfFalseClock } from "../crash/processes/false-clock.ts";
import { openTerminal, type Terminal } from "../support/terminal.ts";
import { eventually } from "../support/wf.ts";

const WF = resolve(import.meta.dir, "../../bin");
const START = Date.UTC(2026, 2, 1, 9);

/** The names of the golden files. */
export const SCREENS = [
  "run",
  "run-waiting",
  "run-failed",
  "history",
  "history-failed",
  "why",
  "status-watch",
  "status-watch-later",
] as const;
export type Screens = Readonly<Record<(typeof SCREENS)[number], string>>;

const WORKFLOWS = `import { existsSync } from "node:fs";
import { Workflow } from "wflite";

const until = async (file: string) => {
  while (!existsSync(\`gates/\${file}\`)) await Bun.sleep(10);
};

export const order = Workflow.define({
  name: "order",
  retry: { attempts: 5, delay: "1s", backoff: "constant", jitter: false },
  async run(ctx) {
    await ctx.step("reserve stock", () => until("stock"));
    ctx.log.info("stock is reserved", { shelf: 4 });
    await Promise.all([
      ctx.step("charge card", async ({ attempt }) => {
        await until(\`charge-\${attempt}\`);
        if (attempt === 1) throw new Error("card declined: the bank says 402");
      }),
      ctx.scope("parcel", (parcel) => parcel.step("print label 日本", () => until("label"))),
      ctx.step("notify 🚀 crew", () => until("crew")),
    ]);
    await ctx.sleep("cool down", "4s");
    await ctx.waitForEvent("courier", { timeout: "2d" });
  },
});

export const refund = Workflow.define({
  name: "refund",
  async run(ctx) {
    await ctx.step("look up", () => until("look"));
    await ctx.step("pay back", () => {
      const answer = { status: 402, body: "insufficient funds" };
      if (answer.status !== 200) throw new TypeError(\`the bank refused: \${answer.body}\`);
    }, { retry: { attempts: 1 } });
  },
});
`;

export interface Story {
  readonly terminal: Terminal;
  /** A command that nobody sees. */
  elsewhere(...args: readonly string[]): Promise<void>;
  /** Lets the wall clock stand at so many seconds after its start. */
  setClock(seconds: number): void;
  /** Lets steps go on that wait for these. */
  open(...gates: readonly string[]): void;
  remove(): void;
}

/** @param folder empty */
export const beginStory = async (folder: string): Promise<Story> => {
  for (const name of ["workflows", "gates"]) mkdirSync(join(folder, name));
  const file = join(folder, "workflows/shop.ts");
  writeFileSync(file, WORKFLOWS);
  // Older than any error of it: else its lines would not be shown.
  utimesSync(file, START / 1_000 - 60, START / 1_000 - 60);
  const clockFile = join(folder, "clock");
  const setClock = (seconds: number): void =>
    writeFileSync(clockFile, `${new Date(START + seconds * 1_000).toISOString().slice(0, 19).replace("T", " ")}\n`);
  setClock(0);
  const env = {
    HOME: folder,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    PATH: `${WF}:${process.env["PATH"] ?? ""}`,
    FALSE_CLOCK: libraryOfFalseClock(),
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    NO_FAKE_STAT: "1",
  };
  const terminal = await openTerminal({ folder, columns: 80, rows: 24, env });
  // Not the shell itself, which has no need of it.
  await terminal.enter('wf() { LD_PRELOAD="$FALSE_CLOCK" command wf "$@"; }');
  await terminal.isReady();
  return {
    terminal,
    async elsewhere(...args) {
      const child = Bun.spawn([join(WF, "wf"), ...args], {
        cwd: folder,
        env: { ...env, LD_PRELOAD: env.FALSE_CLOCK },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [code, errors] = await Promise.all([child.exited, new Response(child.stderr).text()]);
      if (code !== 0) throw new Error(`wf ${args.join(" ")}: ${code}\n${errors}`);
    },
    setClock,
    open: (...gates) => gates.forEach((gate) => writeFileSync(join(folder, "gates", gate), "")),
    remove() {
      terminal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const tellStory = async ({ terminal, elsewhere, setClock, open }: Story): Promise<Screens> => {
  const ended = async (line: string): Promise<string> => {
    await terminal.clear();
    await terminal.enter(line);
    await terminal.isReady();
    return still(terminal.screen());
  };

  await terminal.clear();
  await terminal.enter("wf run order --id order-1");
  await terminal.shows(/▸ reserve stock/);
  setClock(2);
  open("stock");
  await terminal.shows(/▸ notify/);
  setClock(5);
  open("crew", "charge-1");
  await terminal.shows(/✓ notify[^\n]*3s[\s\S]*↻ charge card[^\n]*in 1s/);
  const run = await settled(terminal);

  setClock(7);
  open("charge-2");
  await terminal.shows(/✓ charge card/);
  setClock(8);
  open("label");
  await terminal.shows(/◷ cool down[^\n]*4s left/);
  setClock(12);
  await terminal.isReady();
  const runWaiting = still(terminal.screen());

  setClock(20);
  await terminal.clear();
  await terminal.enter("wf run refund --id refund-1");
  await terminal.shows(/▸ look up/);
  setClock(23);
  open("look");
  await terminal.isReady();
  const runFailed = still(terminal.screen());

  setClock(32);
  const history = await ended("wf history order-1");
  const historyFailed = await ended("wf history refund-1");
  const why = await ended("wf why order-1");

  await terminal.clear();
  await terminal.enter("wf status --watch");
  await terminal.shows(/refund-1[\s\S]*9s ago/);
  const watch = await settled(terminal);
  setClock(40);
  await elsewhere("send", "order-1", "courier", "{}");
  await terminal.shows(/17s ago[\s\S]*waiting +now/);
  const watchLater = await settled(terminal);
  terminal.press("C-c");
  await terminal.isReady();

  return {
    ...{ run, "run-waiting": runWaiting, "run-failed": runFailed, history, "history-failed": historyFailed, why },
    ...{ "status-watch": watch, "status-watch-later": watchLater },
  };
};

/** What turns stands still. */
const still = (screen: string): string => `${screen.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, "⠋")}\n`;

/** The same twice: nothing is about to be drawn. */
const settled = (terminal: Terminal): Promise<string> => {
  let last = "";
  return eventually("the screen stands still", async () => {
    const before = last;
    last = still(terminal.screen());
    await Bun.sleep(100);
    return before === last ? last : undefined;
  });
};
