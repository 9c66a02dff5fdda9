/**
 * `Out` over two sinks; what it promises stands in `out.ts`.
 *
 * The last guard against text that rewrites the screen is here: whatever reaches a stream has its control characters shown escaped, but
 * for the colour sequences of our own, where there is colour. Renderers escape as well, since only they know what is foreign.
 */
import { escapeControls } from "../model/escape.ts";
import { wrapEach } from "./render/fit.ts";
import { isUtf8 } from "./render/look.ts";
import { loadStyle, wantsColour } from "./out-colour.ts";
import { wantsLinks } from "./out-links.ts";
import { errorText, errorView } from "./out-error.ts";
import { toJson } from "./out-json.ts";
import { isLoss } from "./out-lost.ts";
import type { Sink } from "./out-sink.ts";
import { type LiveSpinner, startSpinner, type StartSpinner } from "./out-spinner.ts";
import type { OutputFormat } from "./out-format.ts";
import type { Out, Spinner } from "./out.ts";

export interface OutOptions {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  /** `--no-color` was given. */
  readonly noColour: boolean;
  /** `--utc` was given. Default false. */
  readonly utc?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly startSpinner?: StartSpinner;
}

export interface OutStreams extends Out {
  /** Writes to standard error, beside the spinner: what workflow code prints. Its colours stay, what else acts on a terminal is shown. */
  printBeside(text: string): void;
  readonly hasNoteColour: boolean;
}

export const createOut = async (options: OutOptions): Promise<OutStreams> => {
  const { format, quiet, env, stdout, stderr } = options;
  const colour = wantsColour({ refused: options.noColour, env, isTerminal: stdout.isTerminal });
  const noteColour = wantsColour({ refused: options.noColour, env, isTerminal: stderr.isTerminal });
  const [style, noteStyle] = [await loadStyle(colour), await loadStyle(noteColour)];
  const hasLinks = colour && wantsLinks({ env, isTerminal: stdout.isTerminal });
  let live: LiveSpinner | undefined;
  let hasResult = false;

  const write = (sink: Sink, text: string): void => {
    if (live === undefined) sink.write(text);
    else live.around(() => sink.write(text));
  };
  const print = (line: string): void => write(stdout, `${safe(line, colour, hasLinks)}\n`);
  const say = (line: string): void => write(stderr, `${safe(line, noteColour)}\n`);

  return {
    format,
    quiet,
    get columns() {
      return stdout.columns;
    },
    get rows() {
      return stdout.rows ?? Infinity;
    },
    isTerminal: stdout.isTerminal,
    isUtc: options.utc === true,
    hasLinks,
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
    idle(text) {
      if (!quiet && stderr.isTerminal) say(text);
    },
    warn(text) {
      say(wrapEach(`${noteStyle.yellow("warning:")} ${text}`, stderr));
    },
    failure(error) {
      const view = errorView(error);
      say(wrapEach(errorText(view, noteStyle), stderr));
      // After a result it would be a second document.
      if (hasResult) return;
      if (format !== "json" && format !== "jsonl") return;
      try {
        print(toJson({ error: view }, format === "json" ? 2 : 0));
      } catch (lost) {
        // The failure itself is what is told, and what gives the exit code.
        if (!isLoss(lost)) throw lost;
      }
    },
    printBeside: (text) => write(stderr, safe(text.replaceAll("\r\n", "\n"), noteColour)),
    hasNoteColour: noteColour,
    async spinner(text): Promise<Spinner | undefined> {
      if (live !== undefined || quiet || !mayMove(stderr, env)) return undefined;
      const look = { colour: noteColour, isUnicode: isUtf8(env) };
      const fitted = (lines: string): string => withinRoom(safe(lines, noteColour), stderr);
      const started = await (options.startSpinner ?? startSpinner)(stderr, fitted(text), look);
      live = started;
      return {
        update: (next) => started.update(fitted(next)),
        room: () => ({ columns: stderr.columns, rows: stderr.rows ?? Infinity }),
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
/** And the beginning and the end of a link to a file; see `render/link.ts`. */
const COLOUR_OR_LINK = /(\x1b\[[0-9;]{1,20}m|\x1b\]8;;(?:file:\/\/[!-~]{1,2000})?\x1b\\)/;

const safe = (text: string, colour: boolean, links = false): string =>
  colour
    ? text
        .split(links ? COLOUR_OR_LINK : COLOUR)
        .map((part, index) => (index % 2 === 1 ? part : escapeControls(part)))
        .join("")
    : escapeControls(text);

/** A line that wraps, or one that has left the screen, would leave remains. The sign of the spinner takes two columns of the first. */
const withinRoom = (text: string, { columns, rows = Infinity }: Pick<Sink, "columns" | "rows">): string =>
  text
    .split("\n")
    .slice(0, Math.max(1, rows - 1))
    .map((line, index) => Bun.sliceAnsi(line, 0, Math.max(1, columns - (index === 0 ? 2 : 0))))
    .join("\n");
