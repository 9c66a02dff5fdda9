/**
 * A store whose file is made only when something is to be kept in it.
 *
 * A mistyped workflow, an invalid input or a `wf list` must leave nothing behind, also not an empty database. Until the first call that
 * needs the file, the few questions that are asked before are answered as an empty database would.
 */
import type { Store } from "../engine/store.ts";
import { lazily } from "../model/lazily.ts";
import type { FamilyName } from "./families.ts";

const EMPTY: Partial<Store> = {
  workflow: () => Promise.resolve(undefined),
  dataVersion: () => 0,
  close: () => Promise.resolve(),
};

type Method = (...args: unknown[]) => unknown;

/** As a record, so that none can be forgotten. */
const FAMILIES: Readonly<Record<FamilyName, true>> = {
  ...{ schedules: true, sources: true, operations: true, retention: true, bundles: true, looking: true, scripts: true },
};

/** So that a bundle can be checked against what is here: nothing. */
const emptyBundles = (bundles: Store["bundles"]): Store["bundles"] => ({
  read: () => Promise.resolve(undefined),
  children: () => Promise.resolve([]),
  keep: (...kept) => bundles.keep(...kept),
});

export const lazyStore = (open: () => Promise<Store>): Store => {
  let opening: Promise<Store> | undefined;
  let opened: Store | undefined;
  const get = async (): Promise<Store> => {
    opening ??= open();
    opened = await opening;
    return opened;
  };
  const families: Partial<Record<keyof Store, object>> = {};
  for (const name of Object.keys(FAMILIES) as readonly FamilyName[]) families[name] = lazily(async () => (await get())[name]);
  return new Proxy({} as Store, {
    get: (_, name: keyof Store) => {
      const family = families[name];
      if (name === "bundles" && opening === undefined) return emptyBundles(family as Store["bundles"]);
      if (family !== undefined) return family;
      if (opened !== undefined) return (opened[name] as Method).bind(opened) as unknown;
      const answer = opening === undefined ? EMPTY[name] : undefined;
      // Only methods that give promises are left: an owner's `submit` comes after a claim, which has opened the file.
      return answer ?? (async (...args: unknown[]) => ((await get())[name] as Method)(...args));
    },
  });
};
