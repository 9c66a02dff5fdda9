/** `bun test/screens/make.ts` writes the golden screens anew. Look at them before they are kept: `cat test/screens/run.screen`. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beginStory, SCREENS, tellStory } from "./scenario.ts";

const story = await beginStory(mkdtempSync(join(tmpdir(), "wf-screens-")));
try {
  const screens = await tellStory(story);
  for (const name of SCREENS) writeFileSync(join(import.meta.dir, `${name}.screen`), screens[name]);
} finally {
  story.remove();
}
