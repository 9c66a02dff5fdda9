/** Drawing in one place of a terminal: as many rows are taken back as were drawn. */
import { expect, test } from "bun:test";
import { createScreen } from "../../src/cli/screen.ts";

const opened = (columns: number, rows: number) => {
  const written: string[] = [];
  const screen = createScreen({
    columns,
    rows,
    print: (text) => written.push(text),
    move: (sequence) => written.push(JSON.stringify(sequence)),
  });
  return { screen, written };
};

test("a text is drawn in the place of the one before, whose lines are counted", () => {
  const { screen, written } = opened(80, 24);
  screen.draw("one\ntwo");
  screen.draw("three");
  screen.draw("four");
  expect(written).toEqual(["one\ntwo", '"\\u001b[2A\\u001b[J"', "three", '"\\u001b[1A\\u001b[J"', "four"]);
});

test("a line that is wider than the terminal counts as the rows that it takes; one of its width as one", () => {
  const { screen, written } = opened(4, 24);
  screen.draw("12345\n1234\n\n日本語");
  screen.draw("");
  expect(written[1]).toBe('"\\u001b[6A\\u001b[J"');
});

test("what does not fit above the cursor's row is left out, since it could not be drawn over", () => {
  const { screen, written } = opened(80, 3);
  screen.draw("one\ntwo\nthree");
  screen.draw("x");
  expect(written).toEqual(["one\ntwo", '"\\u001b[2A\\u001b[J"', "x"]);
});
