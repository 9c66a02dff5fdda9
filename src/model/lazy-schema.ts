/**
 * A schema that is made when it is first looked at.
 *
 * Every workflow file loads the public names, and zod takes longer to load than Bun to start, while few look at a schema of ours. What
 * callers may rely on: to zod, and to whoever reads or calls it, it is the schema itself.
 */
export const lazySchema = <S extends object>(make: () => S): S => {
  let made: S | undefined;
  const schema = (): S => (made ??= make());
  return new Proxy({} as S, {
    get: (_, key) => Reflect.get(schema(), key),
    has: (_, key) => Reflect.has(schema(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(schema()),
    ownKeys: () => Reflect.ownKeys(schema()),
    // What a proxy's target does not have must be shown as if it could be deleted.
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(schema(), key);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
  });
};
