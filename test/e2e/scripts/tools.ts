/** Programs of a test on the PATH of scripts, each a few lines of shell, and a ledger outside of the database that they write to. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Tools extends Disposable {
  /** For the PATH. */
  readonly folder: string;
  readonly ledger: string;
}

/** @param programs by name, what each does; `$LEDGER` is the ledger */
export const tools = (programs: Readonly<Record<string, string>>): Tools => {
  const folder = mkdtempSync(join(tmpdir(), "wf-tools-"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\nset -eu\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, "ledger"), "");
  return { folder, ledger: join(folder, "ledger"), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};
