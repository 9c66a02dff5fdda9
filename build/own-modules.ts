/**
 * In the one file that is made of the command: what workflow files may import of wf, out of that same file.
 *
 * `wflite` has to be the modules that the command itself runs on, and zod is read much sooner there than from its own hundred files.
 */
import type { VirtualModules } from "../src/host/virtual-modules.ts";

export const OWN_MODULES: VirtualModules = {
  wflite: () => import("../src/index.ts"),
  zod: () => import("zod"),
  "zod/v4": () => import("zod/v4"),
  "zod/mini": () => import("zod/mini"),
};
