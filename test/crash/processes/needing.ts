/**
 * Tests that need a program or a right that not every machine has. Without it they are skipped, and the last line of the run counts them;
 * with it there is no way to leave one out.
 */
import { test } from "bun:test";

const { skip: skipped } = test;

export const testNeeding = (isThere: boolean): typeof test => (isThere ? test : (skipped as typeof test));
