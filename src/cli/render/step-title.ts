/** What a step is called where its kind does not stand beside it. */
import type { StepView } from "../../model/views.ts";
import { line } from "./safe.ts";

/** `charge`; `undo charge` of its compensation. */
export const stepTitle = ({ kind, name }: Pick<StepView, "kind" | "name">): string =>
  kind === "compensation" ? `undo ${line(name)}` : line(name);

/** `: thumb-7f3k9q2m4d`, which execution a child is; nothing of any other step. */
export const childSuffix = ({ kind, detail }: Pick<StepView, "kind" | "detail">): string =>
  kind === "child" && detail !== null ? `: ${line(detail)}` : "";
