/** Comparing all stored rows with their checksums, page by page. */
import type { DamageView } from "./maintenance.ts";
import { pagesOf } from "./pages.ts";

export interface Verification {
  readonly executions: number;
  readonly steps: number;
  readonly damaged: readonly DamageView[];
}

/** Executions a page: some milliseconds of reading. */
const PAGE = 200;

/** The sum of all pages. */
export async function verifyAll(
  read: (after: string, limit: number) => Promise<Verification & { readonly next: string | undefined }>,
): Promise<Verification> {
  let [executions, steps] = [0, 0];
  const damaged: DamageView[] = [];
  for await (const page of pagesOf((after) => read(after, PAGE))) {
    executions += page.executions;
    steps += page.steps;
    damaged.push(...page.damaged);
  }
  return { executions, steps, damaged };
}
