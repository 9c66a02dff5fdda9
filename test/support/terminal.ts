/**
 * A real terminal: a shell in a pane of tmux, whose keys are typed and whose screen is read.
 *
 * Each has a server of its own, so that no other tmux of this machine is touched, and none outlives the test.
 */
import { join } from "node:path";
import { eventually } from "./wf.ts";

export interface TerminalOptions {
  /** Where its shell starts, and where the socket of its server is kept. */
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
  /** All that the shell has, beside PATH. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Terminal {
  /** Types a line, and the return key once the line is there: so a prompt that comes after it is another. */
  enter(line: string): Promise<void>;
  /** A key by the name that tmux has for it, such as `C-c`. */
  press(key: string): void;
  /** Rows without the blanks at their ends, and without empty rows at the end. */
  text(): string;
  /** The same with its colours, as `canonical` writes them. */
  screen(): string;
  /** Waits until the screen looks so. */
  shows(what: RegExp): Promise<string>;
  /** Waits until the shell asks for the next line. */
  isReady(): Promise<void>;
  /** Empties the screen but for the prompt. */
  clear(): Promise<void>;
  resize(columns: number, rows: number): void;
  isCursorShown(): boolean;
  close(): void;
}

export const hasTerminal = (): boolean => Bun.which("tmux") !== null && Bun.which("bash") !== null;

const PROMPT = /(?:^|\n)\$$/;

export const openTerminal = async ({ folder, columns, rows, env }: TerminalOptions): Promise<Terminal> => {
  const tmux = (...args: readonly string[]): string => {
    const command = ["tmux", "-u", "-S", join(folder, "tmux.socket"), "-f", "/dev/null", ...args];
    const { success, stdout, stderr } = Bun.spawnSync(command, {
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" },
      cwd: folder,
    });
    if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  };
  const assignments = Object.entries({ PATH: process.env["PATH"] ?? "", PS1: "$ ", TERM: "screen-256color", ...env });
  // Not the server: it measures time, and would load what the shell loads.
  const shell = ["env", "-i", ...assignments.map(([name, value]) => `${name}=${value}`), "TMUX=1", "bash", "--norc", "--noprofile"];
  tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), ...shell);
  tmux("set-option", "-g", "status", "off");
  const text = (): string => trimmed(tmux("capture-pane", "-p"));
  const shows = (what: RegExp): Promise<string> => {
    let last = "";
    const probe = (): string | undefined => (what.test((last = text())) ? last : undefined);
    return eventually(`the screen shows ${String(what)}`, probe).catch((error: Error) => {
      throw new Error(`${error.message}; it shows\n${last}`);
    });
  };
  const isReady = async (): Promise<void> => void (await shows(PROMPT));
  await isReady();
  return {
    async enter(line) {
      tmux("send-keys", "-l", line);
      await eventually(`"${line}" is typed`, () => text().replaceAll("\n", "").endsWith(line.trimEnd()));
      tmux("send-keys", "Enter");
    },
    press: (key) => void tmux("send-keys", key),
    text,
    screen: () => trimmed(canonical(tmux("capture-pane", "-e", "-p"))),
    shows,
    isReady,
    async clear() {
      tmux("send-keys", "C-l");
      await shows(/^\$$/);
    },
    resize: (width, height) => void tmux("resize-window", "-x", String(width), "-y", String(height)),
    isCursorShown: () => tmux("display-message", "-p", "#{cursor_flag}").trim() === "1",
    close: () => void tmux("kill-server"),
  };
};

const trimmed = (text: string): string => text.replace(/ +$/gm, "").trimEnd();

/**
 * Colours written in one way, whatever way the terminal has: each stretch begins with all that holds for it and ends with `\x1b[0m`.
 */
export const canonical = (text: string): string =>
  text
    .split("\n")
    .reduce<{ readonly rows: readonly string[]; readonly style: string }>(
      ({ rows, style }, row) => {
        const drawn = canonicalRow(row, style);
        return { rows: [...rows, drawn.text], style: drawn.style };
      },
      { rows: [], style: "" },
    )
    .rows.join("\n");

const canonicalRow = (row: string, styleBefore: string): { readonly text: string; readonly style: string } => {
  let style = styleBefore;
  let drawn = "";
  for (const [index, part] of row.split(/\x1b\[([0-9;]*)m/).entries()) {
    if (index % 2 === 1) style = styleAfter(style, part);
    else if (part !== "") drawn += style === "" || part.trim() === "" ? part : `\x1b[${style}m${part}\x1b[0m`;
  }
  return { text: drawn, style };
};

const ENDS: Readonly<Record<string, RegExp>> = { "22": /^[12]$/, "39": /^(?:3[0-7]|9[0-7])$/, "49": /^(?:4[0-7]|10[0-7])$/ };

const styleAfter = (style: string, codes: string): string => {
  const held = new Set(style === "" ? [] : style.split(";"));
  for (const code of codes === "" ? ["0"] : codes.split(";")) {
    const ended = ENDS[code];
    if (code === "0") held.clear();
    else if (ended === undefined) held.add(code);
    else for (const each of held) if (ended.test(each)) held.delete(each);
  }
  return [...held].sort((one, other) => Number(one) - Number(other)).join(";");
};
