/**
 * Text of others, made fit for our layout: no character that a terminal acts on is left but the newline.
 *
 * Tabs go too: their width depends on where they stand, and would break every alignment.
 */
import { escapeControls } from "../../model/escape.ts";

/** On one line: newlines and tabs are shown as `\n` and `\t`. */
export const line = (text: string): string => escapeControls(text, { newlines: "escape" }).replaceAll("\t", "\\t");

/** On as many lines as it has; `indent` stands before each but the first. */
export const block = (text: string, indent = ""): string => escapeControls(text).replaceAll("\t", "    ").replaceAll("\n", `\n${indent}`);
