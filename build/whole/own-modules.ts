/** In the executable: what workflow files may import of wf, all of it the modules that the command itself runs on. */
import type { VirtualModules } from "../../src/host/virtual-modules.ts";

export const OWN_MODULES: VirtualModules = {
  wflite: () => import("../../src/index.ts"),
  zod: () => require("zod") as unknown,
  "zod/v4": () => require("zod/v4") as unknown,
  "zod/mini": () => require("zod/mini") as unknown,
};
