/**
 * A disk that may forget: what is on it after the power has failed.
 *
 *     write, truncate ──► pending of the file   ──(fsync of the file)────► durable
 *     create, unlink  ──► pending of the folder ──(fsync of the folder)──► durable
 *
 * What is durable is there afterwards. Of what is pending any part may be: each change or none of it, in no order, and of a single write
 * any of its 512-byte sectors. An fsync of a file says nothing about its name. Where a file has grown and the bytes between were lost,
 * there are zeros, or noise. All of this is harsher than most file systems are.
 */
import { SeededChance } from "../../../src/replay/chance.ts";

/** A file is known by a number of its own, since a name can lead to another file later. */
export type DiskEvent =
  | { readonly what: "create"; readonly name: string; readonly file: number }
  | { readonly what: "unlink"; readonly name: string }
  | { readonly what: "write"; readonly file: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly what: "truncate"; readonly file: number; readonly sizeBytes: number }
  | { readonly what: "sync"; readonly file: number }
  | { readonly what: "sync folder" };

type NameChange = Extract<DiskEvent, { what: "create" | "unlink" }>;
type FileChange = Extract<DiskEvent, { what: "write" | "truncate" }>;

/** Names and contents, as the next start finds them. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What becomes of the pending changes, each known by its place in the order of all changes. */
export interface Fate {
  keepsName(order: number): boolean;
  keeps(order: number): boolean;
  /** Whether it is asked for each sector of this write. */
  tears(order: number): boolean;
  keepsSector(): boolean;
  readonly hasNoise: boolean;
}

interface Pending<Change> {
  readonly order: number;
  readonly change: Change;
}

interface StoredFile {
  readonly durable: Content;
  /** Where `fail` puts together what is left of it. A new buffer for each would cost more than all the rest. */
  readonly left: Content;
  readonly pending: Pending<FileChange>[];
}

const SECTOR_BYTES = 512;

/** Any byte but zero. */
const NOISE = 0xaa;

export class Disk {
  readonly #files = new Map<number, StoredFile>();
  #durableNames: ReadonlyMap<string, number> = new Map();
  #pendingNames: Pending<NameChange>[] = [];
  #changes = 0;

  apply(event: DiskEvent): void {
    const order = this.#changes++;
    switch (event.what) {
      case "create":
        this.#files.set(event.file, { durable: new Content(), left: new Content(), pending: [] });
        return void this.#pendingNames.push({ order, change: event });
      case "unlink":
        return void this.#pendingNames.push({ order, change: event });
      case "write":
      case "truncate":
        return void this.#file(event.file).pending.push({ order, change: event });
      case "sync": {
        const { durable, pending } = this.#file(event.file);
        for (const { change } of pending.splice(0)) durable.change(change, ALL_KEPT, order);
        return;
      }
      case "sync folder":
        this.#durableNames = this.#names(ALL_KEPT);
        this.#pendingNames = [];
        return;
      default:
        return event satisfies never;
    }
  }

  /** The changes that a power loss may undo now, by their order. */
  pending(): readonly number[] {
    const reachable = new Set([...this.#durableNames.values(), ...this.#pendingNames.flatMap(({ change }) => fileOf(change))]);
    const changes = [...reachable].flatMap((file) => this.#file(file).pending);
    return [...this.#pendingNames, ...changes].map(({ order }) => order).sort((a, b) => a - b);
  }

  /** The power fails now. The disk itself stays as it was, so that it can fail in another way too; the answer holds until then. */
  fail(fate: Fate): Files {
    const files = new Map<string, Uint8Array>();
    for (const [name, number] of this.#names(fate)) {
      const { durable, left, pending } = this.#file(number);
      if (pending.length > 0) left.become(durable);
      for (const { order, change } of pending) if (fate.keeps(order)) left.change(change, fate, order);
      files.set(name, pending.length > 0 ? left.bytes : durable.bytes);
    }
    return files;
  }

  #names(fate: Fate): ReadonlyMap<string, number> {
    const names = new Map(this.#durableNames);
    for (const { order, change } of this.#pendingNames) {
      if (!fate.keepsName(order)) continue;
      if (change.what === "create") names.set(change.name, change.file);
      else names.delete(change.name);
    }
    return names;
  }

  #file(number: number): StoredFile {
    const file = this.#files.get(number);
    if (file === undefined) throw new Error(`file ${number} was never created`);
    return file;
  }
}

const fileOf = (change: NameChange): readonly number[] => (change.what === "create" ? [change.file] : []);

/** The bytes of a file, in a buffer that grows by doubling. */
class Content {
  #buffer = Buffer.alloc(0);
  #sizeBytes = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#sizeBytes);
  }

  become({ bytes }: Content): void {
    if (bytes.length > this.#buffer.length) this.#buffer = Buffer.alloc(2 * bytes.length);
    this.#buffer.set(bytes);
    this.#sizeBytes = bytes.length;
  }

  change(change: FileChange, fate: Fate, order: number): void {
    if (change.what === "truncate") return this.#resize(change.sizeBytes, fate);
    const { at, bytes } = change;
    if (!fate.tears(order)) return this.#put(at, bytes, fate);
    for (let from = 0; from < bytes.length;) {
      const to = Math.min(bytes.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
      if (fate.keepsSector()) this.#put(at + from, bytes.subarray(from, to), fate);
      from = to;
    }
  }

  #put(at: number, bytes: Uint8Array, fate: Fate): void {
    if (at + bytes.length > this.#sizeBytes) this.#resize(at + bytes.length, fate);
    this.#buffer.set(bytes, at);
  }

  #resize(sizeBytes: number, { hasNoise }: Fate): void {
    if (sizeBytes > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(sizeBytes, 2 * this.#buffer.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    if (sizeBytes > this.#sizeBytes) this.#buffer.fill(hasNoise ? NOISE : 0, this.#sizeBytes, sizeBytes);
    this.#sizeBytes = sizeBytes;
  }
}

const every = (answer: boolean): Fate => ({
  ...{ keepsName: () => answer, keeps: () => answer, tears: () => false, keepsSector: () => answer, hasNoise: false },
});

/** The process died, the machine did not: the kernel still has everything. */
export const ALL_KEPT = every(true);

/** Only what was durable. */
export const NONE_KEPT = every(false);

/** The extremes matter most: nearly all, and nearly nothing. */
const KEPT_RATES = [0.02, 0.2, 0.5, 0.8, 0.98] as const;
const TORN_RATES = [0, 0.1, 0.5, 1] as const;

/** A way to fail that follows from the seed alone. One in four keeps the order of all changes up to one of them, which is torn. */
export const drawnFate = (seed: string, pending: readonly number[]): Fate => {
  const chance = new SeededChance(seed);
  const oneOf = (choices: readonly number[]): number => choices[Math.floor(chance.random() * choices.length)] ?? 0;
  const happens = (rate: number) => (): boolean => chance.random() < rate;
  const hasNoise = happens(0.25)();
  if (happens(0.25)()) {
    const [last, keepsSector] = [oneOf(pending), happens(oneOf(KEPT_RATES))];
    const isKept = (order: number): boolean => order <= last;
    return { keepsName: isKept, keeps: isKept, tears: (order) => order === last, keepsSector, hasNoise };
  }
  const [names, changes, sectors] = [oneOf(KEPT_RATES), oneOf(KEPT_RATES), oneOf(KEPT_RATES)];
  return { keepsName: happens(names), keeps: happens(changes), tears: happens(oneOf(TORN_RATES)), keepsSector: happens(sectors), hasNoise };
};
