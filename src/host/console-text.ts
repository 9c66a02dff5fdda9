/**
 * The text that a call of `console` prints, as Node's console writes it.
 *
 * Values are written by a console of our own over a text, made when it is first needed: loading it takes longer than most programs run.
 * Counters and timers are kept here, since those of the process cannot be read.
 */
type Writing = "log" | "info" | "debug" | "warn" | "error" | "assert" | "trace" | "dir" | "dirxml" | "table";
type Keeping = "count" | "countReset" | "time" | "timeLog" | "timeEnd";
export type Printing = Writing | "group" | "groupCollapsed" | Keeping;

/** Undefined where nothing is printed. */
export type ConsoleText = Readonly<Record<Printing, (...values: readonly unknown[]) => string | undefined>>;

/** They have to be called each time, whether anybody wants their text or not. */
export const KEEPING: ReadonlySet<Printing> = new Set<Keeping>(["count", "countReset", "time", "timeLog", "timeEnd"]);

export const consoleText = (): ConsoleText => {
  const write = textWriter();
  const plain = (name: Writing) => [name, (...values: readonly unknown[]) => write(name, values)] as const;
  const group = (...labels: readonly unknown[]): string | undefined => (labels.length === 0 ? undefined : write("log", labels));
  return {
    ...(Object.fromEntries(WRITING.map(plain)) as Record<Writing, ConsoleText[Writing]>),
    assert: (holds, ...values) => (holds ? undefined : write("assert", [holds, ...values])),
    group,
    groupCollapsed: group,
    ...counters(),
    ...stopwatches(write),
  };
};

const WRITING: readonly Writing[] = ["log", "info", "debug", "warn", "error", "assert", "trace", "dir", "dirxml", "table"];

type Write = (name: Writing, values: readonly unknown[]) => string;

const textWriter = (): Write => {
  let text = "";
  let made: Record<Writing, (...values: readonly unknown[]) => void> | undefined;
  return (name, values) => {
    made ??= consoleOver((more) => (text += more));
    text = "";
    made[name](...values);
    return Bun.stripANSI(text.replace(/\n$/, ""));
  };
};

const consoleOver = (write: (text: string) => void): Record<Writing, (...values: readonly unknown[]) => void> => {
  const { Console } = process.getBuiltinModule("node:console");
  const ignore = (): void => {};
  const stream = { write: (text: string) => (write(text), true), on: ignore, once: ignore, removeListener: ignore, listenerCount: () => 0 };
  return new Console({ stdout: stream as unknown as NodeJS.WriteStream, colorMode: false }) as never;
};

/** Far more than a program names; labels made of ids must not fill the memory. */
const MAX_LABELS = 1_000;

const remember = <T>(map: Map<string, T>, label: string, value: T): void => {
  if (map.size < MAX_LABELS || map.has(label)) map.set(label, value);
};

const counters = (): Pick<ConsoleText, "count" | "countReset"> => {
  const counts = new Map<string, number>();
  return {
    count(label = "default") {
      const count = (counts.get(String(label)) ?? 0) + 1;
      remember(counts, String(label), count);
      return `${String(label)}: ${count}`;
    },
    countReset(label = "default") {
      counts.delete(String(label));
      return undefined;
    },
  };
};

const stopwatches = (write: Write): Pick<ConsoleText, "time" | "timeLog" | "timeEnd"> => {
  const started = new Map<string, number>();
  const read = (label: string): string | undefined => {
    const at = started.get(label);
    return at === undefined ? undefined : `${label}: ${(performance.now() - at).toFixed(3)}ms`;
  };
  return {
    time(label = "default") {
      if (!started.has(String(label))) remember(started, String(label), performance.now());
      return undefined;
    },
    timeLog(label = "default", ...values) {
      const text = read(String(label));
      return text === undefined || values.length === 0 ? text : `${text} ${write("log", values)}`;
    },
    timeEnd(label = "default") {
      const text = read(String(label));
      started.delete(String(label));
      return text;
    },
  };
};
