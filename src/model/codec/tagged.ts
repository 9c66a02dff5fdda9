/**
 * Kinds of objects that devalue does not know, written as a tag and a payload of what it does know.
 *
 *     encode   original ──copier──► Tagged(tag, payload) ──reducer──► ["tag", payload]
 *     decode   ["tag", payload] ──reviver──► shell, empty ──(when all is read)──► shell, filled from the payload
 *
 * What callers may rely on: cycles and repeated references through a tagged object come back. A payload may still be half read when its
 * reviver runs, and devalue may ask for it twice; hence one shell for each payload, filled at the end.
 */

export type Tag = "Error" | "Buffer" | "Duration" | "Entries" | "KeyedArray" | "Secret";

export class Tagged {
  readonly tag: Tag;
  readonly payload: object;

  constructor(tag: Tag, payload: object) {
    this.tag = tag;
    this.payload = payload;
  }
}

/** How a tag becomes an object again: `make` sees only what stands before anything that can be cyclic, `fill` sees all. */
export type Restorer = {
  readonly make: (payload: never) => object;
  readonly fill?: (shell: never, payload: never) => void;
};

const reducer =
  (tag: Tag) =>
  (value: unknown): object | false =>
    value instanceof Tagged && value.tag === tag && value.payload;

export const REDUCERS: Readonly<Record<Tag, (value: unknown) => object | false>> = {
  Error: reducer("Error"),
  Buffer: reducer("Buffer"),
  Duration: reducer("Duration"),
  Entries: reducer("Entries"),
  KeyedArray: reducer("KeyedArray"),
  Secret: reducer("Secret"),
};
