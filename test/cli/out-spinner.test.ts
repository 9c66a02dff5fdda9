import { expect, test } from "bun:test";
import { startSpinner } from "../../src/cli/out-spinner.ts";
import { sinkOf } from "./harness.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

test("the spinner draws one line through the sink, makes room for other lines, and leaves nothing behind", async () => {
  const sink = sinkOf({ isTerminal: true });
  const spinner = await startSpinner(sink, "starting", false);
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

test("the spinner has colour only where it is wanted", async () => {
  const coloured = sinkOf({ isTerminal: true });
  (await startSpinner(coloured, "x", true)).stop();
  const plain = sinkOf({ isTerminal: true });
  (await startSpinner(plain, "x", false)).stop();
  expect(plain.text).not.toMatch(/\x1b\[3\dm/);
  expect(coloured.text.length).toBeGreaterThanOrEqual(plain.text.length);
});
