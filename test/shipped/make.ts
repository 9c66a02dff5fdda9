/** `bun test/shipped/make.ts`: writes what is made from the sources and shipped beside them. A test holds the two equal. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../architecture/source.ts";
import { shippedFiles } from "./shipped-files.ts";

rmSync(join(root, "share/man"), { recursive: true, force: true });
for (const [path, text] of await shippedFiles()) {
  const file = join(root, "share", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
