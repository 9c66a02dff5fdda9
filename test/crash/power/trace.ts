/**
 * Reads what strace has written: the changes to the files of the database, and between them what the program acknowledged.
 *
 * What callers may rely on:
 *   1. Events stand in the order in which the calls returned.
 *   2. A call that touches one of the files and is not understood throws; so does data that was cut off. Nothing is left out in silence.
 *   3. The -shm is left out: it is rebuilt from the WAL, and written through memory, which no trace shows.
 */
import { dirname } from "node:path";
import type { DiskEvent } from "./disk.ts";

export type TraceEvent = DiskEvent | { readonly what: "acknowledged"; readonly execution: string; readonly of: string };

/** The calls that can change a file or its name, and those that say which file a number means. */
export const TRACED_CALLS = [
  ...["openat", "open", "creat", "close", "write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate"],
  ...["fsync", "fdatasync", "sync_file_range", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat"],
  ...["copy_file_range", "sendfile", "splice"],
].join(",");

interface Paths {
  /** Everything whose path begins with it is a file of the database. */
  readonly database: string;
  readonly acknowledgements: string;
}

interface Call {
  readonly name: string;
  readonly args: string;
  readonly returned: number;
}

type Target = { readonly is: "file"; readonly file: number } | { readonly is: "folder" | "acknowledgements" };

export const readTrace = (text: string, paths: Paths): readonly TraceEvent[] => {
  const reader = new Reader(paths);
  for (const call of calls(text)) if (call.returned >= 0) reader.take(call);
  return reader.events;
};

/** A call of one thread that another one interrupts is written in two parts. */
function* calls(text: string): Generator<Call> {
  const begun = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith(UNFINISHED)) {
      begun.set(thread, rest.slice(0, -UNFINISHED.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    const whole = resumed === null ? rest : (begun.get(thread) ?? "") + rest.slice(resumed[0].length);
    const equals = whole.lastIndexOf(") ");
    const parenthesis = whole.indexOf("(");
    const returned = /^\) += (-?\d+)/.exec(whole.slice(equals));
    if (returned === null || parenthesis < 0) continue; // the end of a thread, or a call that never returned
    yield { name: whole.slice(0, parenthesis), args: whole.slice(parenthesis + 1, equals), returned: Number(returned[1]) };
  }
}

const UNFINISHED = " <unfinished ...>";

class Reader {
  readonly events: TraceEvent[] = [];
  readonly #paths: Paths;
  readonly #open = new Map<number, Target>();
  readonly #names = new Map<string, number>();
  #files = 0;

  constructor(paths: Paths) {
    this.#paths = paths;
  }

  take(call: Call): void {
    const { name, args } = call;
    if (name === "openat") return this.#opened(call);
    if (name === "close") return void this.#open.delete(Number(args));
    if (name === "unlink") return this.#unlinked(textIn(args));
    const target = this.#open.get(Number.parseInt(args, 10));
    if (target !== undefined && /^\d/.test(args)) return this.#changed(call, target);
    // Paths stand in the trace as bytes.
    const isOurs = [...args.matchAll(/"((?:\\x..)*)"/g)].some(([quoted]) => this.#isOurs(textIn(quoted)));
    if (isOurs) throw new Error(`a call that the model does not know: ${name}(${args.slice(0, 300)})`);
  }

  #isOurs(path: string): boolean {
    return path.startsWith(this.#paths.database) && !path.endsWith("-shm");
  }

  #opened({ args, returned }: Call): void {
    const path = textIn(args);
    const flags = args.slice(args.lastIndexOf('"'));
    this.#open.delete(returned);
    if (flags.includes("O_PATH")) return;
    if (path === this.#paths.acknowledgements) return void this.#open.set(returned, { is: "acknowledgements" });
    if (path === dirname(this.#paths.database)) return void this.#open.set(returned, { is: "folder" });
    if (!this.#isOurs(path)) return;
    if (flags.includes("O_TRUNC")) throw new Error(`opened so that it is cut off, which the model does not know: ${path}`);
    this.#open.set(returned, { is: "file", file: this.#names.get(path) ?? this.#created(path) });
  }

  #created(path: string): number {
    const file = ++this.#files;
    this.#names.set(path, file);
    this.events.push({ what: "create", name: nameOf(path), file });
    return file;
  }

  #unlinked(path: string): void {
    if (!this.#isOurs(path)) return;
    this.#names.delete(path);
    this.events.push({ what: "unlink", name: nameOf(path) });
  }

  #changed({ name, args, returned }: Call, target: Target): void {
    switch (`${name} ${target.is}`) {
      case "write acknowledgements":
        return this.#acknowledged(bytesIn(args).subarray(0, returned).toString());
      case "fsync folder":
      case "fdatasync folder":
        return void this.events.push({ what: "sync folder" });
    }
    if (target.is !== "file") throw new Error(`a call that the model does not know: ${name} of the ${target.is}`);
    const { file } = target;
    switch (name) {
      case "pwrite64":
        return void this.events.push({ what: "write", file, at: lastNumber(args), bytes: bytesIn(args).subarray(0, returned) });
      case "ftruncate":
        return void this.events.push({ what: "truncate", file, sizeBytes: lastNumber(args) });
      case "fsync":
      case "fdatasync":
        return void this.events.push({ what: "sync", file });
      default:
        throw new Error(`a call that the model does not know: ${name} of file ${file}`);
    }
  }

  #acknowledged(lines: string): void {
    for (const line of lines.trimEnd().split("\n")) {
      const [ack, execution, of] = line.split(" ");
      if (ack !== "ack" || execution === undefined || of === undefined) throw new Error(`no acknowledgement: ${line}`);
      this.events.push({ what: "acknowledged", execution, of });
    }
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const lastNumber = (args: string): number => Number(args.slice(args.lastIndexOf(",") + 1));

/** The first string among the arguments: each byte as `\x0f`. */
const bytesIn = (args: string): Buffer => {
  const from = args.indexOf('"') + 1;
  const to = args.indexOf('"', from);
  if (from === 0 || to < 0 || args.startsWith("...", to + 1)) throw new Error(`data that was cut off: ${args.slice(0, 80)}`);
  return Buffer.from(args.slice(from, to).replaceAll("\\x", ""), "hex");
};

const textIn = (args: string): string => bytesIn(args).toString();
