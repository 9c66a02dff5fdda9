/**
 * Whether a terminal makes texts clickable that are wrapped in OSC 8. Nobody can ask it, so the ones are named that do; to all others the
 * sequence would be nothing, or noise.
 *
 * `FORCE_HYPERLINK` says yes or no to all of it, as with other tools.
 */
export interface LinkFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

export const wantsLinks = ({ env, isTerminal }: LinkFacts): boolean => {
  const forced = env["FORCE_HYPERLINK"] ?? "";
  if (forced !== "") return isTerminal && !NO.includes(forced.toLowerCase());
  if (!isTerminal || env["TERM"] === "dumb" || !NO.includes((env["CI"] ?? "").toLowerCase())) return false;
  // Between us and the terminal stands one that passes them on only where it was told to.
  if (env["TMUX"] !== undefined || env["STY"] !== undefined) return false;
  return KNOWN.some((isKnown) => isKnown(env));
};

const NO: readonly string[] = ["", "0", "false", "no"];

const PROGRAMS: readonly string[] = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "WarpTerminal", "zed"];

const KNOWN: readonly ((env: LinkFacts["env"]) => boolean)[] = [
  ({ TERM_PROGRAM }) => PROGRAMS.includes(TERM_PROGRAM ?? ""),
  ({ TERM }) => /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|wezterm)/.test(TERM ?? ""),
  // Older ones of these libraries crashed on it.
  ({ VTE_VERSION }) => Number(VTE_VERSION) >= 5_000 && VTE_VERSION !== "5000",
  ({ KONSOLE_VERSION }) => Number(KONSOLE_VERSION) >= 200_400,
  ({ WT_SESSION, KITTY_WINDOW_ID, DOMTERM }) => [WT_SESSION, KITTY_WINDOW_ID, DOMTERM].some((text) => (text ?? "") !== ""),
];
