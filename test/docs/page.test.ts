/** The reader of pages: what it takes for a claim, and what it leaves alone. */
import { expect, test } from "bun:test";
import { holdsInOrder, readPage } from "./page.ts";

const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;

test("a ts block is a file when its first line names one", () => {
  expect(readPage(`# A\n\n${fence("ts", "// workflows/a.ts\nlet a;")}`)).toEqual([
    { kind: "file", path: "workflows/a.ts", text: "// workflows/a.ts\nlet a;\n", line: 4 },
  ]);
  expect(readPage(fence("ts", "let a; // workflows/a.ts") + fence("js", "// workflows/a.js\nlet a;"))).toEqual([]);
});

test("a script is a file when its second line names one", () => {
  const text = "#!/bin/sh\n# workflows/a.sh\necho";
  expect(readPage(fence("bash", text) + fence("python", text.replace(".sh", ".py")) + fence("bash", "# workflows/a.sh\necho"))).toEqual([
    { kind: "file", path: "workflows/a.sh", text: `${text}\n`, line: 2 },
    { kind: "file", path: "workflows/a.py", text: `${text.replace(".sh", ".py")}\n`, line: 7 },
  ]);
});

test("a command has an exit code and outputs; other sh blocks are for reading", () => {
  const text = 'wf run a "# b"\n# one … two\n#  three\n\nwf tick  # exit 75';
  expect(readPage(fence("sh test", text) + fence("sh", "rm -rf /"))).toEqual([
    { kind: "command", command: 'wf run a "# b"', exitCode: 0, outputs: ["one … two", "three"], line: 2 },
    { kind: "command", command: "wf tick", exitCode: 75, outputs: [], line: 6 },
  ]);
});

test("outputs are looked for in their order", () => {
  expect(holdsInOrder("one and two\nthree", ["one … two", "three"])).toBe(true);
  expect(holdsInOrder("one and two\nthree", [])).toBe(true);
  expect(holdsInOrder("three\none and two", ["one … two", "three"])).toBe(false);
  expect(holdsInOrder("one and three", ["one … two"])).toBe(false);
});
