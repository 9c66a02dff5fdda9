/** How the answer to "why" looks. */
import { expect, test } from "bun:test";
import { renderWhy } from "../../../src/cli/render/why.ts";
import type { WhyView } from "../../../src/model/views.ts";
import { lookOf, terminal } from "./looks.ts";

const why: WhyView = {
  id: "signup-7f3k9q2m4d",
  status: "waiting",
  reason: "event",
  text: 'It waits for event "survey", since yesterday, with no deadline.',
  detail: null,
  next: "wf send signup-7f3k9q2m4d survey '{}'",
};

const head = "◷ signup-7f3k9q2m4d  waiting";

test("the paragraph stands between the execution and the command", () => {
  expect(renderWhy(why, lookOf())).toBe(`${head}\n${why.text}\n\n  ${why.next}`);
});

test("instants of its sentences are as on every terminal; one that somebody has written stays", () => {
  const text = 'Since 2026-03-01T08:00:00.000Z (1h ago), until 2026-03-03T09:00:00.000Z (in 2d): "2026-03-03T09:00:00.000Z".';
  const shown = 'Since 08:00:00 (1h ago), until 2026-03-03 09:00 (in 2d): "2026-03-03T09:00:00.000Z".';
  expect(renderWhy({ ...why, text, next: null }, terminal(200))).toBe(`${head}\n${shown}`);
  expect(renderWhy({ ...why, text, next: null }, { ...terminal(200), isUtc: true })).toBe(`${head}\n${text}`);
  expect(renderWhy({ ...why, text, next: null }, lookOf())).toBe(`${head}\n${text}`);
});

test("at 40 columns of a terminal it is wrapped, and the command is not", () => {
  expect(renderWhy(why, terminal(40))).toBe(
    head + "\nIt waits for event \"survey\", since\nyesterday, with no deadline.\n\n  wf send signup-7f3k9q2m4d survey '{}'",
  );
});

test("without a command it is the paragraph alone", () => {
  expect(renderWhy({ ...why, next: null }, lookOf())).toBe(`${head}\n${why.text}`);
});
