/**
 * A family of asynchronous methods whose module is loaded at the first call: what a command does not use costs it nothing.
 */
type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** @param make called once, at the first call; when it fails, the next call tries again */
export const lazily = <T extends object>(make: () => Promise<T>): T => {
  let making: Promise<T> | undefined;
  const made = (): Promise<T> =>
    (making ??= make().catch((error: unknown) => {
      making = undefined;
      throw error;
    }));
  const methods = new Map<string | symbol, Method>();
  return new Proxy({} as T, {
    get(_, name) {
      // Asked of every object that somebody awaits.
      if (name === "then") return undefined;
      let method = methods.get(name);
      if (method === undefined) {
        method = async (...args) => {
          const family = await made();
          return (family[name as keyof T] as Method).apply(family, [...args]);
        };
        methods.set(name, method);
      }
      return method;
    },
  });
};
