/**
 * What workflow code prints by itself goes to standard error: standard output holds the result of the command and nothing else.
 *
 * Everything of `console` is taken over, and `process.stdout` becomes standard error. The real console is made on the first print, since
 * most workflows never print and it takes longer to load than the command takes to run; and nobody looks at the real `process.stdout`,
 * which is made by that, and takes as long as Bun to start. Secrets that wf knows are taken out of what is printed.
 */
import { redacted } from "../model/redaction.ts";

type Method =
  | "log"
  | "info"
  | "debug"
  | "warn"
  | "error"
  | "trace"
  | "dir"
  | "dirxml"
  | "table"
  | "count"
  | "countReset"
  | "assert"
  | Grouping
  | Timing;
type Grouping = "group" | "groupCollapsed" | "groupEnd";
type Timing = "time" | "timeEnd" | "timeLog";

const METHODS: readonly Method[] = [
  ...(["log", "info", "debug", "warn", "error", "trace", "dir", "dirxml", "table", "count", "countReset", "assert"] as const),
  ...(["group", "groupCollapsed", "groupEnd", "time", "timeEnd", "timeLog"] as const),
];

type Console = Record<Method, (...values: readonly unknown[]) => void>;

/**
 * @param print writes text as it is, beside a spinner if there is one
 * @param stdout what `process.stdout` becomes again, in a process that goes on; default: it stays standard error
 * @returns what undoes it
 */
export const takeOverPrints = (print: (text: string) => void, colour: boolean, stdout?: PropertyDescriptor): (() => void) => {
  const before = Object.fromEntries(METHODS.map((name) => [name, console[name]]));
  let made: Console | undefined;
  const methods = METHODS.map((name) => [name, (...values: readonly unknown[]) => (made ??= consoleOver(print, colour))[name](...values)]);
  Object.assign(console, Object.fromEntries(methods));
  // To define what is there would make the real one first (measured on Bun 1.4.5).
  (process as { stdout: unknown }).stdout = undefined;
  Object.defineProperty(process, "stdout", { configurable: true, get: () => process.stderr });
  return () => {
    Object.assign(console, before);
    if (stdout !== undefined) Object.defineProperty(process, "stdout", stdout);
  };
};

const consoleOver = (print: (text: string) => void, colour: boolean): Console => {
  const { Console } = process.getBuiltinModule("node:console");
  const stream = {
    write: (text: string) => (print(redacted(text)), true),
    on: nothing,
    once: nothing,
    removeListener: nothing,
    listenerCount: () => 0,
  };
  return new Console({ stdout: stream as unknown as NodeJS.WriteStream, colorMode: colour }) as unknown as Console;
};

const nothing = (): void => {};
