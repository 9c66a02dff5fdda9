/** What is heard of a console, and that it stays what it was. */
import { describe, expect, test } from "bun:test";
import { consoleEar, type Methods } from "../../src/host/console.ts";

const METHODS = ["log", "info", "debug", "warn", "error", "assert", "trace", "dir", "table", "group", "groupEnd", "count", "countReset"];

/** A console that prints to a list. */
const consoleOf = () => {
  const printed: unknown[][] = [];
  const methods: Methods = {};
  for (const name of [...METHODS, "time", "timeLog", "timeEnd"]) methods[name] = (...values) => void printed.push([name, ...values]);
  return { printed, methods, onConsole: consoleEar(methods), console: methods as unknown as Console };
};

const hearing = (act: (console: Console) => void) => {
  const { printed, onConsole, console } = consoleOf();
  const heard: string[] = [];
  const stop = onConsole((level, text) => heard.push(`${level} ${text()}`));
  act(console);
  stop();
  return { printed, heard };
};

describe("what is heard", () => {
  test("has the level of the method and the text that it prints, whole and without colours", () => {
    const { heard, printed } = hearing((console) => {
      console.log("a %s", "b", { c: 1 });
      console.info("info");
      console.debug("debug");
      console.warn("\x1b[33mwarn\x1b[0m");
      console.error(new Error("boom").message);
      console.log();
    });
    expect(heard).toEqual(["info a b { c: 1 }", "info info", "debug debug", "warn warn", "error boom", "info "]);
    expect(printed).toHaveLength(6);
  });

  test("is a table, a tree, a count as text", () => {
    const { heard } = hearing((console) => {
      console.table([{ x: 1 }]);
      console.dir({ deep: { deeper: { deepest: { more: 1 } } } }, { depth: 0 });
      console.count("files");
      console.count("files");
      console.countReset("files");
      console.count("files");
      console.group("group");
      console.log("inside");
      console.groupEnd();
    });
    expect(heard[0]).toContain("│ x │");
    expect(heard.slice(1)).toEqual([
      "info { deep: [Object] }",
      "info files: 1",
      "info files: 2",
      "info files: 1",
      "info group",
      "info inside",
    ]);
  });

  test("is what a stopwatch says, and nothing of one that was never started", () => {
    const { heard } = hearing((console) => {
      console.time("fetch");
      console.timeLog("fetch", "half");
      console.timeEnd("fetch");
      console.timeEnd("fetch");
      console.timeEnd("other");
    });
    expect(heard).toHaveLength(2);
    expect(heard[0]).toMatch(/^info fetch: \d+\.\d{3}ms half$/);
    expect(heard[1]).toMatch(/^info fetch: \d+\.\d{3}ms$/);
  });

  test("is an assertion that fails, not one that holds; nor a group without a label", () => {
    const { heard } = hearing((console) => {
      console.assert(true, "holds");
      console.assert(false, "fails %d", 1);
      console.group();
    });
    expect(heard).toEqual(["error Assertion failed: fails 1"]);
  });
});

describe("printing", () => {
  test("goes on as it was: the same values, once, before anybody hears of it", () => {
    const value = { a: 1 };
    const { printed } = hearing((console) => console.log("a", value));
    expect(printed).toEqual([["log", "a", value]]);
    expect(printed[0]?.[2]).toBe(value);
  });

  test("does not fail because of a value that cannot be made text, nor because of a listener", () => {
    const odd = {
      get [Symbol.toStringTag](): string {
        throw new Error("odd");
      },
      [Symbol.for("nodejs.util.inspect.custom")]: () => {
        throw new Error("odd");
      },
    };
    expect(hearing((console) => console.log(odd)).printed).toHaveLength(1);
    const { onConsole, console, printed } = consoleOf();
    onConsole(() => {
      throw new Error("a bad listener");
    });
    console.log("fine");
    expect(printed).toEqual([["log", "fine"]]);
  });

  test("that fails still fails, and is heard", () => {
    const { onConsole, methods, console } = consoleOf();
    methods["log"] = () => {
      throw new Error("a full disk");
    };
    const heard: string[] = [];
    onConsole((_, text) => heard.push(text()));
    expect(() => console.log("fine")).toThrow("a full disk");
    expect(heard).toEqual(["fine"]);
  });

  test("of a value that prints while it is made text is not heard twice", () => {
    const { heard, printed } = hearing((console) =>
      console.log({
        [Symbol.for("nodejs.util.inspect.custom")]: () => {
          console.log("looked at");
          return "chatty";
        },
      }),
    );
    expect(heard).toEqual(["info chatty"]);
    expect(printed).toHaveLength(1);
  });

  test("by a method that calls another is heard once, as what was called", () => {
    const { onConsole, methods, console, printed } = consoleOf();
    methods["warn"] = (...values) => console.log("warning:", ...values);
    const heard: string[] = [];
    onConsole((level, text) => heard.push(`${level} ${text()}`));
    console.warn("careful");
    expect(heard).toEqual(["warn careful"]);
    expect(printed).toEqual([["log", "warning:", "careful"]]);
  });
});

describe("the methods", () => {
  test("are given back with the last listener, and not before", () => {
    const { onConsole, console } = consoleOf();
    const own = console.log;
    const [one, other] = [() => {}, () => {}];
    for (const stop of [onConsole(one), onConsole(one), onConsole(other)]) {
      expect(console.log).not.toBe(own);
      stop();
      stop();
    }
    expect(console.log).toBe(own);
  });

  test("that somebody has wrapped meanwhile stay theirs", () => {
    const { onConsole, methods, console } = consoleOf();
    const heard: string[] = [];
    const stop = onConsole((_, text) => heard.push(text()));
    const ours = console.log;
    const theirs = (...values: unknown[]): void => ours(...values);
    methods["log"] = theirs;
    console.log("heard");
    stop();
    expect(console.log).toBe(theirs);
    console.log("unheard");
    expect(heard).toEqual(["heard"]);
  });

  test("that somebody has replaced are heard by the next who listens, once", () => {
    const { onConsole, methods, console } = consoleOf();
    const heard: string[] = [];
    const listener = (_: string, text: () => string): void => void heard.push(text());
    onConsole(listener);
    const ours = console.log;
    methods["log"] = (...values) => ours("replaced", ...values);
    onConsole(listener);
    console.log("once");
    expect(heard).toEqual(["once"]);
  });

  test("of a console that cannot be changed stay as they are", () => {
    const { methods, onConsole } = consoleOf();
    Object.freeze(methods);
    expect(() => onConsole(() => {})()).not.toThrow();
  });
});
