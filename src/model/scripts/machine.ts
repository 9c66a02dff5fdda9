/** What a machine does for the one who carries a script: starts the file in a process group of its own, and ends it. */

export type OutputName = "stdout" | "stderr";

export interface ScriptRequest {
  /** Relative to the project's root, which is where it runs. */
  readonly file: string;
  /** Beside those of wf itself; none of a script around it is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onChunk: (name: OutputName, chunk: Uint8Array) => void;
}

export interface ScriptEnd {
  /** 128 and the signal's number when a signal has ended it. */
  readonly exitCode: number;
  /** "SIGTERM" and the like; null when it has ended by itself. */
  readonly signal: string | null;
  /** Head and tail of its standard error. */
  readonly stderr: string;
}

export interface ScriptProcess {
  readonly pid: number;
  /** After the exit of the script itself; never rejects. What it has started may still run. */
  readonly ended: Promise<ScriptEnd>;
  /** TERM to the whole group, KILL after a grace; settles when nobody of it is left. */
  stop(): Promise<void>;
}

export interface ScriptMachine {
  /** @throws SCRIPT_UNSTARTED, or the error of a system that has run out of something */
  start(request: ScriptRequest): Promise<ScriptProcess>;
}
