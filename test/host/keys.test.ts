/** Goal: the key of sensitive values is made once, read by its owner alone, and what it encrypts cannot be changed unnoticed. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cipherOver, makeKey } from "../../src/host/cipher.ts";
import { makeKeyFile, readKeyFile } from "../../src/host/key-file.ts";
import { systemKeys } from "../../src/host/keys.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "wf-keys-"));
  file = join(folder, ".wf.key");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const cipherWith = (env: Readonly<Record<string, string | undefined>> = {}) =>
  cipherOver(systemKeys({ databaseFile: join(folder, "any.db"), env }));
const keyText = (seed: number): string => Buffer.alloc(32, seed).toString("base64");
const idOf = (seed: number): string => makeKey(Buffer.alloc(32, seed)).id;

const problemOf = (run: () => unknown): { readonly code: string; readonly message: string; readonly hint: string } => {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string; hint: string };
  }
  throw new Error("it was not refused");
};

const problemless = (run: () => unknown): boolean => {
  try {
    return (run(), true);
  } catch {
    return false;
  }
};

const expectProblem = (run: () => unknown, code: string, part: string): void => {
  const error = problemOf(run);
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(part)]);
};

describe("the key file", () => {
  test("is made with the first sensitive value, for its owner alone, and used from then on", () => {
    const cipher = cipherWith();
    expect(fs.readdirSync(folder)).toEqual([]);
    const sealed = cipher.seal("text");
    expect(fs.readdirSync(folder)).toEqual([".wf.key"]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(fs.readFileSync(file, "utf8").trim(), "base64")).toHaveLength(32);
    expect(cipherWith().open(sealed)).toBe("text");
    expect(cipherWith().seal("other").split(":")[1]).toBe(sealed.split(":")[1] ?? "");
  });

  test("that another process has just made is taken, not overwritten", () => {
    const theirs = makeKeyFile(file);
    const before = fs.readFileSync(file, "utf8");
    expect(makeKeyFile(file).id).toBe(theirs.id);
    expect(fs.readFileSync(file, "utf8")).toBe(before);
    expect(fs.readdirSync(folder)).toEqual([".wf.key"]);
  });

  test("is one, however many processes make it at the same time", async () => {
    const script = `console.log((await import("${import.meta.dir}/../../src/host/key-file.ts")).makeKeyFile(process.argv[1]).id)`;
    const makers = Array.from({ length: 6 }, () => Bun.spawn([process.execPath, "-e", script, file], { stdout: "pipe" }));
    const ids = await Promise.all(makers.map(({ stdout }) => new Response(stdout).text()));
    expect(new Set(ids)).toEqual(new Set([`${readKeyFile(file)?.id}\n`]));
    expect(fs.readdirSync(folder)).toEqual([".wf.key"]);
  });

  test("that is gone is not replaced by the process that had it", () => {
    const cipher = cipherWith();
    const sealed = cipher.seal("text");
    fs.renameSync(file, `${file}.away`);
    expectProblem(() => cipher.seal("text"), "KEY_UNUSABLE", "is gone");
    expect(cipher.open(sealed)).toBe("text");
    fs.renameSync(`${file}.away`, file);
    expect(cipher.open(cipher.seal("text"))).toBe("text");
  });

  test("that was exchanged is read anew", () => {
    const cipher = cipherWith();
    const old = cipher.seal("old");
    fs.renameSync(file, `${file}.previous`);
    fs.writeFileSync(file, `${keyText(7)}\n`, { mode: 0o600 });
    const renewed = cipher.seal("new");
    expect(renewed.split(":")[1]).toBe(idOf(7));
    expect([old, renewed].map((sealed) => cipherWith().open(sealed))).toEqual(["old", "new"]);
  });

  test.each([
    ["readable by the group", () => fs.chmodSync(file, 0o640), "by others"],
    ["writable by all", () => fs.chmodSync(file, 0o602), "by others"],
    ["no key", () => fs.writeFileSync(file, "correct horse battery staple\n"), "is not a key"],
    ["empty", () => fs.writeFileSync(file, ""), "holds 0 keys"],
    ["two keys", () => fs.writeFileSync(file, `${keyText(1)}\n${keyText(2)}\n`), "holds 2 keys"],
    ["huge", () => fs.writeFileSync(file, "x".repeat(100_000)), "too large"],
    ["a link", () => (fs.renameSync(file, `${file}.real`), fs.symlinkSync(`${file}.real`, file)), "symbolic link"],
    ["a folder", () => (fs.rmSync(file), fs.mkdirSync(file)), "not a plain file"],
    ["a pipe", () => (fs.rmSync(file), Bun.spawnSync(["mkfifo", file])), "not a plain file"],
  ] as const)("that is %s is refused", (_, spoil, problem) => {
    const sealed = cipherWith().seal("text");
    spoil();
    for (const use of [
      () => cipherWith().seal("text"),
      () => cipherWith().open(sealed),
      () => readKeyFile(file),
      () => cipherWith().ready(),
    ]) {
      expectProblem(use, "KEY_UNUSABLE", `.wf.key`);
      expectProblem(use, "KEY_UNUSABLE", problem);
      expect(problemOf(use).hint).not.toBe("");
    }
  });

  test("with a second name is still a plain file", () => {
    const sealed = cipherWith().seal("text");
    fs.linkSync(file, `${file}.backup`);
    expect(cipherWith().open(sealed)).toBe("text");
  });

  test("that cannot be made is told", () => {
    expectProblem(() => makeKeyFile(join(folder, "nowhere", ".wf.key")), "KEY_UNUSABLE", "ENOENT");
  });
});

describe("keys of the environment", () => {
  test("go before the file, which is not made then", () => {
    const sealed = cipherWith({ WF_KEY: keyText(3) }).seal("text");
    expect(sealed.split(":")[1]).toBe(idOf(3));
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["base64", keyText(3)],
    ["base64 without padding", keyText(3).replace("=", "")],
    ["base64url", Buffer.alloc(32, 0xff).toString("base64url")],
    ["hex", Buffer.alloc(32, 3).toString("hex")],
    ["hex in capitals", Buffer.alloc(32, 0xab).toString("hex").toUpperCase()],
    ["a line break behind it", `${keyText(3)}\n`],
  ])("may be %s", (_, WF_KEY) => {
    expect(cipherWith({ WF_KEY }).open(cipherWith({ WF_KEY }).seal("text"))).toBe("text");
  });

  test.each(["passphrase", Buffer.alloc(31).toString("base64"), Buffer.alloc(33).toString("hex"), `${keyText(1)}${keyText(2)}`])(
    "must be 32 bytes: %p is refused and not repeated",
    (WF_KEY) => {
      const use = (): unknown => cipherWith({ WF_KEY }).seal("text");
      expectProblem(use, "KEY_UNUSABLE", "WF_KEY is not a key");
      expect(problemOf(use).message).not.toContain(WF_KEY);
    },
  );

  test("an empty one counts as none", () => {
    cipherWith({ WF_KEY: " " }).seal("text");
    expect(fs.readdirSync(folder)).toEqual([".wf.key"]);
  });

  test("older ones still open what they have sealed, from the environment and from a file", () => {
    const [one, two, three] = [1, 2, 3].map((seed) => cipherWith({ WF_KEY: keyText(seed) }).seal(`text ${seed}`)) as [
      string,
      string,
      string,
    ];
    fs.writeFileSync(`${file}.previous`, `# replaced in May\n${keyText(3)}\n\n${keyText(4)}\n`, { mode: 0o600 });
    const cipher = cipherWith({ WF_KEY: keyText(9), WF_KEY_PREVIOUS: `${keyText(1)}, ${keyText(2)}` });
    expect([one, two, three].map((sealed) => cipher.open(sealed))).toEqual(["text 1", "text 2", "text 3"]);
  });

  test("that is wrong opens nothing: the key that is wanted is named, and where it was looked for", () => {
    const sealed = cipherWith({ WF_KEY: keyText(1) }).seal("text");
    const use = (): unknown => cipherWith({ WF_KEY: keyText(2) }).open(sealed);
    for (const part of [idOf(1), "WF_KEY", "WF_KEY_PREVIOUS", file, `${file}.previous`]) expectProblem(use, "KEY_MISSING", part);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("that is malformed does not hide one that is right elsewhere", () => {
    const sealed = cipherWith().seal("text");
    expect(cipherWith({ WF_KEY: "nonsense" }).open(sealed)).toBe("text");
    fs.rmSync(file);
    expect(problemOf(() => cipherWith({ WF_KEY: "nonsense" }).open(sealed)).code).toBe("KEY_UNUSABLE");
  });
});

describe("what is sealed", () => {
  const cipher = cipherOver(systemKeys({ databaseFile: "/nowhere/any.db", env: { WF_KEY: keyText(5) } }));

  test("is different each time, and comes back the same", () => {
    for (const text of ["", "x", "ünïcødé \u{1f511} \0", "long ".repeat(10_000)]) {
      const [one, other] = [cipher.seal(text), cipher.seal(text)];
      expect(one).not.toBe(other);
      expect([one, other].map((sealed) => cipher.open(sealed))).toEqual([text, text]);
      expect(one).toMatch(/^1:[0-9a-f]{8}:[A-Za-z0-9_-]+$/);
    }
  });

  test("is not opened once any bit of it has changed", () => {
    const sealed = cipher.seal("text");
    for (let at = 0; at < sealed.length; at++) {
      for (let bit = 0; bit < 7; bit++) {
        const changed = sealed.slice(0, at) + String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit)) + sealed.slice(at + 1);
        expect(() => cipher.open(changed)).toThrow();
      }
    }
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const opened = [...alphabet].filter((last) => problemless(() => cipher.open(sealed.slice(0, -1) + last)));
    expect(opened).toEqual([sealed.slice(-1)]);
    for (const cut of [sealed.slice(0, -1), `${sealed}A`, sealed.slice(0, 20), "", "1::"]) expect(() => cipher.open(cut)).toThrow();
  });

  test("under another key of the same id is not opened", () => {
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((bytes) => ({ id: "00000000", bytes }));
    const over = (key: typeof one) => cipherOver({ current: () => key as never, find: () => key as never });
    expect(() => over(other).open(over(one).seal("text"))).toThrow("has been changed");
  });
});
