/**
 * Bytes: ArrayBuffer, the typed arrays, DataView and Buffer.
 *
 * Views of one ArrayBuffer share it when they come back, so all of it is stored, as structured clone does. A Buffer alone is stored by the
 * bytes it shows: it is often a slice of a pool that holds bytes of others. It comes back as a Buffer.
 */

import { Tagged } from "../tagged.ts";
import type { Restorer } from "../tagged.ts";
import type { Copier, Walk } from "../walk.ts";

type View = new (buffer: ArrayBuffer, byteOffset: number, length: number) => ArrayBufferView;

const VIEWS: readonly View[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Float16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

type Region = { readonly buffer: unknown; readonly byteOffset: number; readonly length: number };

const reader = (prototype: object, lengthKey: string): ((view: object) => Region) => {
  const read = (view: object, key: string): unknown => {
    const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
    return get === undefined ? undefined : Reflect.apply(get, view, []);
  };
  return (view) => ({
    buffer: read(view, "buffer"),
    byteOffset: read(view, "byteOffset") as number,
    length: read(view, lengthKey) as number,
  });
};

const readTypedArray = reader(Object.getPrototypeOf(Uint8Array.prototype) as object, "length");
const readDataView = reader(DataView.prototype, "byteLength");

const copyView =
  (View: View, read: (view: object) => Region): Copier =>
  (original, walk) => {
    const { buffer, byteOffset, length } = read(original);
    return walk.bind(original, new View(walk.inside("buffer", buffer) as ArrayBuffer, byteOffset, length));
  };

const copyBuffer: Copier = (original, walk) => {
  const { buffer, byteOffset, length } = readTypedArray(original);
  if (!(buffer instanceof ArrayBuffer)) return walk.refuse("shows shared memory; return a copy of its bytes");
  spendBase64(length, walk);
  return walk.bind(original, new Tagged("Buffer", new Uint8Array(buffer.slice(byteOffset, byteOffset + length))));
};

export const nodeBuffer: Restorer = {
  make: (bytes: Uint8Array<ArrayBuffer>) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
};

const copyArrayBuffer: Copier = (original, walk) => {
  const buffer = original as ArrayBuffer;
  if (buffer.detached) return walk.refuse("is a detached ArrayBuffer; its bytes were transferred");
  if (buffer.resizable) return walk.refuse("is a resizable ArrayBuffer; return buffer.slice()");
  spendBase64(buffer.byteLength, walk);
  return walk.bind(original, ArrayBuffer.prototype.slice.call(buffer, 0));
};

const spendBase64 = (sizeBytes: number, walk: Walk): void => walk.spend(Math.ceil((sizeBytes * 4) / 3));

export const BYTES_COPIERS: readonly (readonly [object, Copier])[] = [
  [ArrayBuffer.prototype, copyArrayBuffer],
  [Buffer.prototype, copyBuffer],
  [DataView.prototype, copyView(DataView, readDataView)],
  ...VIEWS.map((View) => [View.prototype as object, copyView(View, readTypedArray)] as const),
];
