/**
 * In the one file that is made of the command: what workflow files may import of wf.
 *
 * `wflite` has to be the modules that the command itself runs on, and zod is read much sooner from one file than from its own hundred.
 */
import type { VirtualModules } from "../../src/host/virtual-modules.ts";

type Zod = Record<string, unknown> & { readonly zodMini: unknown };

const zod = () => require("zod") as Zod;

const withoutMini = (): unknown => {
  const { zodMini: _, ...exports } = zod();
  return exports;
};

export const OWN_MODULES: VirtualModules = {
  wflite: () => import("../../src/index.ts"),
  zod: withoutMini,
  "zod/v4": withoutMini,
  "zod/mini": () => zod().zodMini,
};
