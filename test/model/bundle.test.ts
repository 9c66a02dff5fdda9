/** What is left of a value, and of an execution, when what it says is taken out. */
import { describe, expect, test } from "bun:test";
import { bundleChecksum } from "../../src/model/bundle/canonical.ts";
import type { BundledExecution } from "../../src/model/bundle/content.ts";
import { shapeOf } from "../../src/model/bundle/shape.ts";
import { redacted, withoutSecrets } from "../../src/model/bundle/withhold.ts";
import type { Cipher } from "../../src/model/cipher.ts";
import { decodeValue } from "../../src/model/codec/decode.ts";
import { encodeValue } from "../../src/model/codec/encode.ts";
import { encodeError } from "../../src/model/codec/error.ts";
import { sealValue } from "../../src/model/codec/sealed.ts";
import { ORDINARY } from "../../src/model/records.ts";
import { secret } from "../../src/model/secret.ts";

const CANARY = "canary-7f3k9q";
/** What was learned to be a secret is taken out of errors, wherever it stands. */
const TOKEN = "token-4d8w2x";
const cipher: Cipher = {
  ready: () => Promise.resolve(),
  seal: (text: string) => Buffer.from(text).toString("hex"),
  open: (text: string) => Buffer.from(text, "hex").toString(),
};
const textOf = (value: unknown): string => {
  const encoded = encodeValue(value, { secrets: cipher });
  if (!encoded.ok) throw new Error(encoded.problem);
  return encoded.text;
};

const bundled = (parts: Partial<BundledExecution> = {}): BundledExecution => ({
  execution: {
    ...{ id: "a-1", workflow: "w", version: 1, sourceHash: null, status: "failed", reason: null, reasonDetail: CANARY, wakeAt: null },
    ...{ inputText: textOf({ to: CANARY }), outputText: textOf(CANARY), errorText: encodeError(new Error(CANARY)) },
    ...{ createdAt: 1, startedAt: 2, finishedAt: 3, deadlineAt: null, restarts: 0, panics: 1, parentId: null, tags: { team: CANARY } },
    ...{ panic: { maxRestarts: 3, delayMs: 1, factor: 2, maxDelayMs: 9 }, ...ORDINARY, lane: `w\u001f${CANARY}` },
  },
  pass: 1,
  cancel: { at: 1, reason: CANARY },
  steps: [
    {
      ...{ scope: "", kind: "approval", name: "ok", n: 1, status: "completed", order: 1, attempt: 1, outputText: textOf([CANARY]) },
      ...{ errorText: encodeError(CANARY), startedAt: 1, finishedAt: 2, wakeAt: null, flags: 0, detail: CANARY },
    },
  ],
  attempts: [{ scope: "", kind: "step", name: "s", n: 1, attempt: 1, startedAt: 1, finishedAt: 2, errorText: encodeError(nested()) }],
  events: [{ id: CANARY, name: "go", kind: "event", payloadText: textOf({ note: CANARY }), sentAt: 1, consumedBy: null, consumedAt: null }],
  logs: [{ at: 1, level: "info", source: "user", message: CANARY, dataText: textOf(CANARY), step: null }],
  panics: [{ at: 1, cause: `ENOSPC: no space left on device, write '/home/${CANARY}'` }],
  marks: [{ name: "patch", value: true }],
  decisions: [{ at: 1, by: `${CANARY}@host`, action: "retry", detail: CANARY, reason: CANARY }],
  withheld: null,
  ...parts,
});

const nested = (): Error => {
  const error = new TypeError(`${CANARY}\n    at pretended (/home/${CANARY}:1:1)`, { cause: new Error(CANARY) });
  return Object.assign(error, { code: "E_CODE", detail: CANARY });
};

describe("the shape of a value", () => {
  test.each([
    [null, null],
    [undefined, null],
    ["abc", "[string of 3]"],
    [5, "[number]"],
    [5n, "[bigint]"],
    [true, "[boolean]"],
    [new Date(5), "[Date]"],
    [new Map([[1, 2]]), "[Map of 1]"],
    [new Uint8Array(7), "[Uint8Array of 7]"],
    [
      { a: [1, "x"], b: {} },
      { a: ["[number]", "[string of 1]"], b: {} },
    ],
    [Array.from({ length: 60 }, () => 1), [...Array.from({ length: 50 }, () => "[number]"), "[10 more]"]],
    [Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${CANARY}${n}`, n])), "[object of 60]"],
  ] as const)("of %# is as long as it needs to be", (value, shape) => {
    expect(shapeOf(value)).toEqual(shape as unknown);
  });

  test("comes to an end in a circle, and far down", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(shapeOf(circle)).toEqual({ self: "[circle]" });
    const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => ({ inner }), CANARY);
    expect(JSON.stringify(shapeOf(deep))).toContain("[deeper]");
    expect(JSON.stringify(shapeOf(deep))).not.toContain("[string");
  });
});

describe("a redacted execution", () => {
  test("says nothing of what was said, wherever it stood", () => {
    const text = JSON.stringify(redacted(bundled()));
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain("/home");
  });

  test("keeps what a report is about: states, names, codes, places in the code", () => {
    const { execution, steps, attempts, panics, decisions, withheld, marks } = redacted(bundled());
    expect(withheld).toBe("redacted");
    expect(execution).toMatchObject({ id: "a-1", status: "failed", lane: "w", tags: { team: "[string of 13]" } });
    expect(decodeValue(execution.inputText)).toEqual({ to: "[string of 13]" });
    expect(steps[0]).toMatchObject({ name: "ok", status: "completed", detail: "[string of 13]" });
    const error = JSON.parse(attempts[0]?.errorText ?? "") as Record<string, unknown>;
    expect(error).toMatchObject({ name: "TypeError", code: "E_CODE", cause: { name: "Error", message: "[string of 13]" } });
    expect(error["stack"]).toContain("bundle.test.ts:");
    expect(error["props"]).toBeUndefined();
    expect(panics[0]?.cause).toMatch(/^ENOSPC, \[string of \d+\]$/);
    expect(decisions[0]).toEqual({ at: 1, action: "retry", by: "[string of 18]", detail: "[string of 13]", reason: "[string of 13]" });
    expect(marks).toEqual([{ name: "patch", value: true }]);
  });
});

describe("sensitive values", () => {
  const sealed = sealValue({ key: TOKEN }, { maxBytes: 1_000, cipher });
  const inside = textOf({ user: "ann", token: secret(TOKEN) });

  test("are masked, as a whole and inside of others, and the execution says that it is not whole", () => {
    const { execution } = bundled();
    const given = bundled({ execution: { ...execution, inputText: inside, outputText: sealed.ok ? sealed.text : "" } });
    const masked = withoutSecrets(given);
    expect(masked.withheld).toBe("sensitive");
    expect(decodeValue(masked.execution.inputText)).toEqual({ user: "ann", token: "[sensitive]" });
    expect(decodeValue(masked.execution.outputText ?? "")).toBe("[sensitive]");
    expect(masked.steps).toEqual(given.steps);
  });

  test("are not what only looks like them", () => {
    const { execution } = bundled();
    const given = bundled({ execution: { ...execution, inputText: textOf({ text: '"Secret"', at: new Date(5) }) } });
    expect(decodeValue(withoutSecrets(given).execution.inputText)).toEqual({ text: '"Secret"', at: new Date(5) });
    const plain = bundled();
    expect(withoutSecrets(plain)).toBe(plain);
  });
});

test("the checksum is that of the content: the order of properties is none of it, that of lists is", () => {
  expect(bundleChecksum({ a: 1, b: [1, 2] })).toBe(bundleChecksum({ b: [1, 2], a: 1 }));
  expect(bundleChecksum({ a: 1, b: [1, 2] })).not.toBe(bundleChecksum({ a: 1, b: [2, 1] }));
  expect(bundleChecksum({ a: "1" })).not.toBe(bundleChecksum({ a: 1 }));
});
