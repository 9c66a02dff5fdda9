/**
 * A store whose file is made only when something is to be kept in it.
 *
 * A mistyped workflow, an invalid input or a `wf list` must leave nothing behind, also not an empty database. Until the first call that
 * needs the file, the few questions that are asked before are answered as an empty database would.
 */
import type { Store } from "../engine/store.ts";

const EMPTY: Partial<Store> = {
  workflow: () => Promise.resolve(undefined),
  dataVersion: () => 0,
  close: () => Promise.resolve(),
};

export const lazyStore = (open: () => Promise<Store>): Store => {
  let opening: Promise<Store> | undefined;
  let opened: Store | undefined;
  const get = async (): Promise<Store> => {
    opening ??= open();
    opened = await opening;
    return opened;
  };
  return new Proxy({} as Store, {
    get: (_, name: keyof Store) => {
      if (opened !== undefined) return opened[name].bind(opened) as unknown;
      const answer = opening === undefined ? EMPTY[name] : undefined;
      // Only methods that give promises are left: an owner's `submit` comes after a claim, which has opened the file.
      return answer ?? (async (...args: unknown[]) => ((await get())[name] as (...args: unknown[]) => unknown)(...args));
    },
  });
};
