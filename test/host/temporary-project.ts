/** A folder with files for one test, gone at its end: `using project = temporaryProject({ "workflows/a.ts": "…" })`. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TemporaryProject extends Disposable {
  /** Absolute, links resolved. */
  readonly root: string;
  path(file: string): string;
  write(file: string, text: string): void;
}

export const temporaryProject = (files: Readonly<Record<string, string>> = {}): TemporaryProject => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "wflite-host-")));
  const project: TemporaryProject = {
    root,
    path: (file) => join(root, file),
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  return project;
};
