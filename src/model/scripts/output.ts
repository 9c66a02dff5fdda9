/**
 * What a step of a script has given, and how it is kept: plain JSON in the form of `ShellResult`, to the byte.
 *
 *     { "stdout": "2026-11-26\n", "stderr": "", "exitCode": 0, "signal": null, "truncated": false }
 *
 * A stream that is not UTF-8 is kept as base64, and its name stands in `base64`. What a person has given as a result instead (`wf resolve`)
 * is printed: a text as it is, anything else as JSON, with a line break.
 */
export interface ScriptOutput {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly exitCode: number;
  readonly signal: string | null;
  /** One of the streams was longer than what is kept of it: its beginning. */
  readonly truncated: boolean;
}

const STREAMS = ["stdout", "stderr"] as const;

export function encodeOutput(output: ScriptOutput): string {
  const { exitCode, signal, truncated } = output;
  const texts = STREAMS.map((name) => utf8(output[name]));
  const [stdout, stderr] = STREAMS.map((name, at) => texts[at] ?? base64Of(output[name]));
  const base64 = STREAMS.filter((_, at) => texts[at] === undefined);
  return JSON.stringify({ stdout, stderr, exitCode, signal, truncated, ...(base64.length === 0 ? {} : { base64 }) });
}

/** @throws SyntaxError for a text that is not JSON */
export function decodeOutput(text: string | null): ScriptOutput {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isKept(value)) return { ...NOTHING, stdout: printed(value) };
  const { base64 = [], stdout, stderr, exitCode, signal = null, truncated = false } = value;
  const bytesOf = (name: (typeof STREAMS)[number], kept: string): Uint8Array => (base64.includes(name) ? fromBase64(kept) : toBytes(kept));
  return { stdout: bytesOf("stdout", stdout), stderr: bytesOf("stderr", stderr), exitCode, signal, truncated };
}

const NOTHING = { stderr: new Uint8Array(), exitCode: 0, signal: null, truncated: false } as const;

interface Kept {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly signal?: string | null;
  readonly truncated?: boolean;
  readonly base64?: readonly string[];
}

const isKept = (value: unknown): value is Kept => {
  const { stdout, stderr, exitCode } = (value ?? {}) as Partial<Record<keyof Kept, unknown>>;
  return typeof stdout === "string" && typeof stderr === "string" && typeof exitCode === "number";
};

const printed = (value: unknown): Uint8Array => {
  if (value === null) return new Uint8Array();
  return toBytes(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
};

/** A mark of the byte order at the beginning is part of the text. */
const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
