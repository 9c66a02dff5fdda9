/**
 * `Out` over two sinks; what it promises stands in `out.ts`.
 *
 * The last guard against text that rewrites the screen is here: whatever reaches a stream has its control characters shown escaped, but
 * for the colour sequences of our own, where there is colour. Renderers escape as well, since only they know what is foreign.
 */
import { escapeControls } from "../model/escape.ts";
import { loadStyle, wantsColour } from "./out-colour.ts";
import { errorText, errorView } from "./out-error.ts";
import { toJson } from "./out-json.ts";
import type { Sink } from "./out-sink.ts";
import { type LiveSpinner, startSpinner, type StartSpinner } from "./out-spinner.ts";
import type { Out, OutputFormat, Spinner } from "./out.ts";

export interface OutOptions {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  /** `--no-color` was given. */
  readonly noColour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly startSpinner?: StartSpinner;
}

export interface OutStreams extends Out {
  /** Writes to standard error as it is, beside the spinner: what workflow code prints. */
  printBeside(text: string): void;
  readonly hasNoteColour: boolean;
}

export const createOut = async (options: OutOptions): Promise<OutStreams> => {
  const { format, quiet, env, stdout, stderr } = options;
  const colour = wantsColour({ refused: options.noColour, env, isTerminal: stdout.isTerminal });
  const noteColour = wantsColour({ refused: options.noColour, env, isTerminal: stderr.isTerminal });
  const [style, noteStyle] = [await loadStyle(colour), await loadStyle(noteColour)];
  let live: LiveSpinner | undefined;
  let hasResult = false;

  const write = (sink: Sink, text: string): void => {
    if (live === undefined) sink.write(text);
    else live.around(() => sink.write(text));
  };
  const print = (line: string): void => write(stdout, `${safe(line, colour)}\n`);
  const say = (line: string): void => write(stderr, `${safe(line, noteColour)}\n`);

  return {
    format,
    quiet,
    columns: stdout.columns,
    isTerminal: stdout.isTerminal,
    style,
    noteStyle,
    result(document, text, ids) {
      hasResult = true;
      for (const part of documentParts(format, document, text, ids)) print(part);
    },
    line(document, text) {
      hasResult = true;
      if (format === "json" || format === "jsonl") print(toJson(document));
      else if (format === "text") print(text());
    },
    note(text) {
      if (!quiet) say(text);
    },
    warn(text) {
      say(`${noteStyle.yellow("warning:")} ${text}`);
    },
    failure(error) {
      const view = errorView(error);
      say(errorText(view, noteStyle));
      // After a result it would be a second document.
      if (hasResult) return;
      if (format === "json" || format === "jsonl") print(toJson({ error: view }, format === "json" ? 2 : 0));
    },
    printBeside: (text) => write(stderr, text),
    hasNoteColour: noteColour,
    async spinner(text): Promise<Spinner | undefined> {
      if (live !== undefined || quiet || !mayMove(stderr, env)) return undefined;
      const started = await (options.startSpinner ?? startSpinner)(stderr, oneLine(text), noteColour);
      live = started;
      return {
        update: (next) => started.update(oneLine(next)),
        stop() {
          if (live !== started) return;
          started.stop();
          live = undefined;
        },
      };
    },
  };
};

/** Cursor movement: only on a terminal that a person looks at. */
const mayMove = (stream: Sink, env: OutOptions["env"]): boolean =>
  stream.isTerminal && env["TERM"] !== "dumb" && ["", "0", "false"].includes(env["CI"] ?? "");

function documentParts(format: OutputFormat, document: unknown, text: () => string, ids?: () => readonly string[]): readonly string[] {
  switch (format) {
    case "json":
      return [toJson(document, 2)];
    case "jsonl":
      return Array.isArray(document) ? document.map((item) => toJson(item)) : [toJson(document)];
    case "ids":
      return ids?.() ?? [];
    case "text": {
      const shown = text();
      return shown === "" ? [] : [shown];
    }
    default:
      return format satisfies never;
  }
}

/** The colour sequences that chalk writes, and nothing else that begins with an escape. */
const COLOUR = /(\x1b\[[0-9;]{1,20}m)/;

const safe = (text: string, colour: boolean): string =>
  colour
    ? text
        .split(COLOUR)
        .map((part, index) => (index % 2 === 1 ? part : escapeControls(part)))
        .join("")
    : escapeControls(text);

/** A spinner owns one line; a longer text would leave remains. */
const oneLine = (text: string): string => escapeControls(text, { newlines: "escape" });
