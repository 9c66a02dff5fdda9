/** Paths as words of what is not typed by a person: `sh`, a unit of systemd, a property list, a line of crontab. */

/** One word for any `sh`, whatever is in it. */
export const shQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * One word of `ExecStart=` or `Environment=`, as systemd.syntax(7) and systemd.service(5) have it: in quotes, backslashes for quotes and
 * line breaks, and both signs that stand for something else doubled. Where a value is meant for `Environment=`, `$` is only itself.
 */
export const systemdQuoted = (text: string, { isCommand }: { readonly isCommand: boolean }): string => {
  const escaped = text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("%", "%%");
  return `"${isCommand ? escaped.replaceAll("$", "$$$$") : escaped}"`;
};

export const xmlText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** In a command of crontab an unescaped `%` ends the command; cron takes the backslash away before it runs `sh`. */
export const cronEscaped = (command: string): string => command.replaceAll("%", "\\%");
