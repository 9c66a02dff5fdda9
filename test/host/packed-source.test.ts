/** A source as one piece of bytes: what goes in comes out, and nothing in it leads elsewhere. */
import { describe, expect, test } from "bun:test";
import { hashOfUnpacked, packSource, unpackSource } from "../../src/host/packed-source.ts";
import { hashOf, readContents } from "../../src/host/source-hash.ts";
import { temporaryProject } from "./temporary-project.ts";

const pathsOf = (bytes: Uint8Array | undefined): readonly string[] => unpackSource(bytes ?? new Uint8Array()).files.map(({ path }) => path);

describe("a packed source", () => {
  test("has the same hash as the files it was made of", () => {
    using project = temporaryProject({
      "workflows/a.ts": 'import "../lib/b.ts"; import "./deep/c.ts"; export {};',
      "lib/b.ts": "export const b = 1;",
      "workflows/deep/c.ts": 'import "../a.ts"; export const c = "ü";',
    });
    const contents = readContents(project.path("workflows/a.ts"));
    const packed = packSource(project.root, contents);
    expect(pathsOf(packed)).toEqual(["workflows/a.ts", "lib/b.ts", "workflows/deep/c.ts"]);
    expect(hashOfUnpacked(unpackSource(packed ?? new Uint8Array()))).toBe(hashOf(contents));
  });

  test("holds files of a folder around the project, with the project among them", () => {
    using mono = temporaryProject({ "app/workflows/a.ts": 'import "../../shared/x.ts";', "shared/x.ts": "export const x = 1;" });
    const contents = readContents(mono.path("app/workflows/a.ts"));
    const packed = unpackSource(packSource(mono.path("app"), contents) ?? new Uint8Array());
    expect(packed.root).toBe("app");
    expect(packed.files.map(({ path }) => path)).toEqual(["app/workflows/a.ts", "shared/x.ts"]);
    expect(hashOfUnpacked(packed)).toBe(hashOf(contents));
  });

  test.each([
    ["text", new TextEncoder().encode("line\r\n\ttab ünï 日本\u0000")],
    ["a byte order mark", new Uint8Array([0xef, 0xbb, 0xbf, 0x61])],
    ["what is no text", new Uint8Array([0xff, 0x00, 0xfe, 0x80, 0x0a])],
    ["nothing", new Uint8Array()],
  ])("keeps %s byte for byte", (_, content) => {
    const [file] = unpackSource(packSource("/p", new Map([["/p/a.ts", content]])) ?? new Uint8Array()).files;
    expect(file?.content).toEqual(content);
  });

  test("is small: text is compressed", () => {
    const content = new TextEncoder().encode("export const line = 1;\n".repeat(5_000));
    expect(packSource("/p", new Map([["/p/a.ts", content]]))?.byteLength).toBeLessThan(content.byteLength / 100);
  });

  test("of more than 16 MiB is not made", () => {
    const mebibytes = (count: number): Map<string, Uint8Array> => new Map([["/p/a.ts", new Uint8Array(count * 1_048_576)]]);
    expect(packSource("/p", mebibytes(16))).toBeDefined();
    expect(packSource("/p", new Map([...mebibytes(16), ["/p/b.ts", new Uint8Array(1)]]))).toBeUndefined();
  });
});

describe("bytes that nobody has packed", () => {
  const packed = (document: unknown): Uint8Array => Bun.zstdCompressSync(JSON.stringify(document));

  test.each(["../a.ts", "a/../../b.ts", "/etc/passwd", "a//b.ts", "./a.ts", "", "a\0b", "..\\a.ts"])("cannot lead to %j", (path) => {
    expect(() => unpackSource(packed({ format: 1, root: "", files: [{ path, text: "x" }] }))).toThrow("leads elsewhere");
  });

  test("cannot have the project elsewhere", () => {
    expect(() => unpackSource(packed({ format: 1, root: "../x", files: [] }))).toThrow("leads elsewhere");
    expect(unpackSource(packed({ format: 1, root: "app", files: [] })).root).toBe("app");
  });

  test("are refused, whatever they are", () => {
    expect(() => unpackSource(packed({ format: 2, root: "", files: [] }))).toThrow("format 2");
    expect(() => unpackSource(new TextEncoder().encode("no zstd"))).toThrow();
    expect(() => unpackSource(Bun.zstdCompressSync("no json"))).toThrow();
  });

  test("have another hash when a path is another", () => {
    const [one, other] = ["lib/b.ts", "lib/c.ts"].map((path) =>
      hashOfUnpacked({
        root: "",
        files: [
          { path: "a.ts", content: new Uint8Array([1]) },
          { path, content: new Uint8Array([2]) },
        ],
      }),
    );
    expect(one).not.toBe(other ?? "");
  });
});
