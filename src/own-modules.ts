/**
 * What workflow files may import of wf without an installation, from where this copy of wf lies.
 *
 * Each by its path: the public entry itself exports `openEngine`, and is needed here only when a workflow file imports it. In the one file
 * that is made of the command, `build/own-modules.ts` stands in for this one.
 */
import { ownModule, type VirtualModules } from "./host/virtual-modules.ts";

export const OWN_MODULES: VirtualModules = {
  wflite: () => import(new URL("./index.ts", import.meta.url).href) as Promise<unknown>,
  zod: ownModule("zod"),
  "zod/v4": ownModule("zod/v4"),
  "zod/mini": ownModule("zod/mini"),
};
