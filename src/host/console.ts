/**
 * Hears what code of this process prints through `console`.
 *
 * The methods of the global `console` are wrapped while anybody listens: what they did they still do, first and untouched, then the
 * listeners are told. What callers may rely on:
 *   1. A print never fails for being heard, and text is made only for a listener that asks for it.
 *   2. A print is heard once, also where one method calls another, as those do that somebody has wrapped in turn.
 *   3. After the last listener has gone the methods are what they were; what others have wrapped around them stays, and ours passes on.
 *   4. Text is plain: without colours, as Node's console writes it. Groups are not indented, since code that runs side by side shares them.
 */
import type { Cancel, ConsoleListener } from "../engine/host.ts";
import type { LogLevel } from "../model/records.ts";
import { consoleText, KEEPING, type Printing } from "./console-text.ts";

/** Levels as the Console Standard (console.spec.whatwg.org, 2.3) has them. */
const LEVELS: Readonly<Record<Printing, LogLevel>> = {
  ...{ log: "info", info: "info", debug: "debug", warn: "warn", error: "error", assert: "error" },
  ...{ trace: "info", dir: "info", dirxml: "info", table: "info", group: "info", groupCollapsed: "info" },
  ...{ count: "info", countReset: "info", time: "info", timeLog: "info", timeEnd: "info" },
};
const METHODS = Object.keys(LEVELS) as readonly Printing[];

type Method = (...values: unknown[]) => unknown;
export type Methods = Record<string, Method | undefined>;

/** The ear for one console. */
export const consoleEar = (methods: Methods): ((listener: ConsoleListener) => Cancel) => {
  /** How often each listens: several engines of a process share one. */
  const listeners = new Map<ConsoleListener, number>();
  const ours = new WeakSet<Method>();
  const undo: (() => void)[] = [];
  const text = consoleText();
  let isPrinting = false;
  let isMakingText = false;

  const wrap = (name: Printing): void => {
    const before = methods[name];
    if (before === undefined || ours.has(before)) return;
    const wrapped: Method = function (this: unknown, ...values) {
      // Making text of a value may run code of its class, and that may print: it has done so when it was printed.
      if (isMakingText) return undefined;
      if (isPrinting) return Reflect.apply(before, this, values);
      isPrinting = true;
      try {
        return Reflect.apply(before, this, values);
      } finally {
        isPrinting = false;
        tell(name, values);
      }
    };
    ours.add(wrapped);
    // A console may be frozen: then it goes unheard.
    Reflect.set(methods, name, wrapped);
    undo.push(() => methods[name] === wrapped && Reflect.set(methods, name, before));
  };

  const tell = (name: Printing, values: readonly unknown[]): void => {
    if (listeners.size === 0 || printsNothing(name, values)) return;
    try {
      const made = KEEPING.has(name) ? text[name](...values) : null;
      if (made === undefined) return;
      for (const listener of listeners.keys()) listener(LEVELS[name], () => made ?? make(name, values));
    } catch {
      // It has been printed; only its place in a log is lost.
    }
  };

  const make = (name: Printing, values: readonly unknown[]): string => {
    isMakingText = true;
    try {
      return text[name](...values) ?? "";
    } finally {
      isMakingText = false;
    }
  };

  const forget = (listener: ConsoleListener): void => {
    const left = (listeners.get(listener) ?? 1) - 1;
    if (left > 0) listeners.set(listener, left);
    else listeners.delete(listener);
    if (listeners.size === 0) for (const fn of undo.splice(0).reverse()) fn();
  };

  return (listener) => {
    listeners.set(listener, (listeners.get(listener) ?? 0) + 1);
    for (const name of METHODS) wrap(name);
    let isListening = true;
    return () => {
      if (isListening) forget(listener);
      isListening = false;
    };
  };
};

const printsNothing = (name: Printing, values: readonly unknown[]): boolean =>
  name === "assert" ? Boolean(values[0]) : name.startsWith("group") && values.length === 0;

export const onConsole = consoleEar(console as unknown as Methods);
