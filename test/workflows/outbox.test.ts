/** A message goes out once for each key. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOutbox, sendOnce } from "../../workflows/outbox.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wf-outbox-"));
  file = join(folder, "outbox.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const message = { to: "ada", subject: "hello" };

test("the same key is the same message, another key is another", async () => {
  await sendOnce(file, "k1", message);
  expect(await sendOnce(file, "k1", { to: "grace", subject: "later" })).toEqual({ key: "k1", ...message });
  await sendOnce(file, "k2", message);
  expect((await readOutbox(file)).map(({ key }) => key)).toEqual(["k1", "k2"]);
});

test("an outbox that is not there is empty", async () => {
  expect(await readOutbox(file)).toEqual([]);
});

test("a line that a power loss has cut off is sent again, and spoils no other", async () => {
  await sendOnce(file, "k1", message);
  writeFileSync(file, '{"key":"k2","to":"a', { flag: "a" });
  await sendOnce(file, "k2", message);
  expect((await readOutbox(file)).map(({ key }) => key)).toEqual(["k1", "k2"]);
});

test("a folder in its place is an error, not an empty outbox", async () => {
  await expect(readOutbox(folder)).rejects.toThrow();
});
