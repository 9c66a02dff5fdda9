import { expect, test } from "bun:test";
import { startSpinner } from "../../src/cli/out-spinner.ts";
import { sinkOf } from "./harness.ts";

const PLAIN = { colour: false, isUnicode: true };
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

test("the spinner draws one line through the sink, makes room for other lines, and leaves nothing behind", async () => {
  const sink = sinkOf({ isTerminal: true });
  const spinner = await startSpinner(sink, "starting", PLAIN);
  spinner.update("working");
  spinner.around(() => sink.write("a line\n"));
  spinner.stop();
  const { text } = sink;
  expect(text).toStartWith(HIDE_CURSOR);
  expect(text).toContain("starting");
  expect(text).toContain("\x1b[1G\x1b[0Ka line\n");
  expect(text.indexOf("working")).toBeGreaterThan(text.indexOf("a line"));
  expect(text).toEndWith(`\x1b[1G\x1b[0K${SHOW_CURSOR}`);
});

test("a frame is one write, with what it clears, so that nothing of what is between is seen", async () => {
  const writes: string[] = [];
  const sink = { isTerminal: true, columns: 80, write: (text: string) => void writes.push(text) };
  const spinner = await startSpinner(sink, "one\ntwo", PLAIN);
  spinner.around(() => sink.write("a line\n"));
  spinner.update("three\nfour");
  spinner.around(() => sink.write("another\n"));
  spinner.stop();
  const frames = writes.filter((text) => text.includes("three"));
  expect(frames).toHaveLength(1);
  expect(frames[0]).toContain("four");
  expect(writes.filter((text) => text.includes("one") !== text.includes("two"))).toEqual([]);
});

test("the spinner has colour only where it is wanted", async () => {
  const coloured = sinkOf({ isTerminal: true });
  (await startSpinner(coloured, "x", { colour: true, isUnicode: true })).stop();
  const plain = sinkOf({ isTerminal: true });
  (await startSpinner(plain, "x", PLAIN)).stop();
  expect(plain.text).not.toMatch(/\x1b\[3\dm/);
  expect(coloured.text.length).toBeGreaterThanOrEqual(plain.text.length);
});
