/**
 * What a page of the documentation claims, taken out of its fenced blocks.
 *
 *     ```ts                            a file: its first line is a comment with its path
 *     // workflows/trial.ts
 *     ```
 *     ```sh test                       commands, one a line, in a project with the files above it
 *     wf run trial --hold 0s  # exit 5       the exit code that is expected; without it 0
 *     # trial-… is sleeping                  text that it prints (standard output, then error), in this order; … stands for anything
 *     ```
 *
 *     ```bash                          an executable file: its second line is a comment with its path
 *     #!/usr/bin/env bash
 *     # workflows/trial.sh
 *     ```
 *
 * All other blocks are for reading only.
 */
export type Block =
  | { readonly kind: "file"; readonly path: string; readonly text: string; readonly line: number }
  | {
      readonly kind: "command";
      readonly command: string;
      readonly exitCode: number;
      readonly outputs: readonly string[];
      readonly line: number;
    };

/** In the order of the page. Lines count from 1. */
export const readPage = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].flatMap(({ 1: info = "", 2: text = "", index }) => {
    const line = markdown.slice(0, index).split("\n").length + 1;
    if (info === "sh test") return commandsOf(text, line);
    const path = PATH_OF[info]?.exec(text)?.[1];
    return path === undefined ? [] : [{ kind: "file", path, text, line } as const];
  });

const PATH_OF: Readonly<Record<string, RegExp>> = {
  ts: /^\/\/ (\S+\.ts)\n/,
  bash: /^#!.*\n# (\S+)\n/,
  python: /^#!.*\n# (\S+)\n/,
};

const commandsOf = (text: string, firstLine: number): readonly Block[] => {
  const commands: (Extract<Block, { kind: "command" }> & { readonly outputs: string[] })[] = [];
  for (const [at, written] of text.trimEnd().split("\n").entries()) {
    const output = /^# (.*)$/.exec(written)?.[1];
    if (output !== undefined) commands.at(-1)?.outputs.push(output.trim());
    else if (written.trim() !== "") commands.push({ kind: "command", ...commandOf(written), outputs: [], line: firstLine + at });
  }
  return commands;
};

const commandOf = (written: string): { readonly command: string; readonly exitCode: number } => {
  const [, command = written, exit] = /^(.*?)\s+# exit (\d+)$/.exec(written) ?? [];
  return { command: command.trim(), exitCode: Number(exit ?? 0) };
};

/** Whether the texts stand in the output one after the other, whatever is between them. */
export const holdsInOrder = (output: string, texts: readonly string[]): boolean => {
  let from = 0;
  for (const part of texts.flatMap((text) => text.split("…")).map((text) => text.trim())) {
    const at = output.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
};
