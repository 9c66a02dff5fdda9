/** How the answer to "why" looks. */
import { expect, test } from "bun:test";
import { renderWhy } from "../../../src/cli/render/why.ts";
import type { WhyView } from "../../../src/model/views.ts";
import { lookOf, terminal } from "./looks.ts";

const why: WhyView = {
  id: "signup-7f3k9q2m4d",
  status: "waiting",
  reason: "event",
  text: 'It waits for an event: event "survey", since yesterday, with no deadline.',
  detail: null,
  next: "wf send signup-7f3k9q2m4d survey '{}'",
};

test("the paragraph stands above the command", () => {
  expect(renderWhy(why, lookOf())).toBe(`${why.text}\n\n  ${why.next}`);
});

test("at 40 columns of a terminal it is wrapped, and the command is not", () => {
  expect(renderWhy(why, terminal(40))).toBe(
    "It waits for an event: event \"survey\",\nsince yesterday, with no deadline.\n\n  wf send signup-7f3k9q2m4d survey '{}'",
  );
});

test("without a command it is the paragraph alone", () => {
  expect(renderWhy({ ...why, next: null }, lookOf())).toBe(why.text);
});
