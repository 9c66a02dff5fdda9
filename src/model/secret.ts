/**
 * `secret(value)`: a value that is never written in clear.
 *
 * What callers may rely on:
 *   1. Stored with a step, an input, an output or an event, it is encrypted, and it comes back as a `Secret`.
 *   2. Everything that makes text of it (a template, JSON, `console.log`) gives `[sensitive]`. Only `reveal()` gives the value.
 *   3. From the moment it is made, its texts are taken out of log lines, errors and prints of this process.
 */
import { SENSITIVE } from "./cipher.ts";
import { learn } from "./known-secrets.ts";

/** How a secret is known, also one made by another copy of this package. */
const MARK = Symbol.for("wflite.secret.1");

export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
    learn(value);
    Object.freeze(this);
  }

  /** The value itself. What is done with it from here on is up to the caller. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return SENSITIVE;
  }

  toJSON(): string {
    return SENSITIVE;
  }

  [Symbol.toPrimitive](): string {
    return SENSITIVE;
  }

  /** Asked by `console.log` and `util.inspect`, of Node and of Bun. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return SENSITIVE;
  }

  get [MARK](): true {
    return true;
  }
}

/** Wraps a value; one that is a secret already stays as it is. */
export const secret = <T>(value: T | Secret<T>): Secret<T> => (isSecret(value) ? value : new Secret<T>(value));

/** Also of another copy of this package. */
export const isSecret = (value: unknown): value is Secret<unknown> => {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (value instanceof Secret) return true;
    const prototype: unknown = Object.getPrototypeOf(value);
    return typeof prototype === "object" && prototype !== null && (prototype as { readonly [MARK]?: unknown })[MARK] === true;
  } catch {
    return false; // a Proxy that refuses to be looked at
  }
};
