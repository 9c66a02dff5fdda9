/**
 * `--env-file`: the only way in which a file of variables is read.
 *
 *     # a comment                      KEY=plain text, up to a blank and #
 *     export KEY=value                 KEY='exactly this'      KEY="with \n \t \" and \\"
 *
 * A line is one variable; nothing is expanded. A later file wins over an earlier one, and the environment over all files, so that one run
 * can set a variable differently: `STAGE=test wf run deploy --env-file .env`.
 */
import { readFileSync } from "node:fs";
import { usage } from "./option-values.ts";

const LINE = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;
const MAX_FILE_BYTES = 1024 * 1024;

export const applyEnvFiles = (files: readonly string[], env: Record<string, string | undefined>): void => {
  const read = new Map<string, string>();
  for (const file of files) for (const [key, value] of parseEnv(readEnvFile(file), file)) read.set(key, value);
  for (const [key, value] of read) env[key] ??= value;
};

/** @throws ValidationError that names file and line */
export const parseEnv = (text: string, file: string): readonly (readonly [key: string, value: string])[] =>
  text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const trimmed = line.trim();
      if (trimmed === "" || trimmed.startsWith("#")) return [];
      const [, key, written = ""] = LINE.exec(trimmed) ?? [];
      const value = key === undefined ? undefined : valueOf(written);
      // The line itself is not shown: it may hold a secret.
      if (key === undefined || value === undefined)
        throw usage(`${file}:${index + 1} is not KEY=value`, "A value with quotes ends with the same quote, on its line.");
      return [[key, value] as const];
    });

function valueOf(written: string): string | undefined {
  const quote = written.charAt(0);
  if (quote === "'") return /^'([^']*)'\s*(?:#.*)?$/.exec(written)?.[1];
  if (quote === '"')
    return /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(written)?.[1]?.replace(/\\(.)/g, (_, escaped: string) => unescape(escaped));
  return written.replace(/(?:^|\s+)#.*$/, "");
}

const unescape = (character: string): string => ({ n: "\n", r: "\r", t: "\t" })[character] ?? character;

function readEnvFile(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length <= MAX_FILE_BYTES) return text;
  } catch (error) {
    throw usage(`--env-file ${file} cannot be read: ${(error as Error).message}`);
  }
  throw usage(`--env-file ${file} is larger than 1 MiB`);
}
