import { describe, expect, test } from "bun:test";
import { placeOf } from "../../src/cli/context.ts";

test("a place names only what was given, so that defaults are the opener's", () => {
  expect(placeOf("/a", { dir: undefined, db: undefined })).toEqual({ cwd: "/a" });
  expect(placeOf("/a", { dir: "b", db: "c" })).toEqual({ cwd: "/a", dir: "b", db: "c" });
});

describe("standard input", () => {
  const reading = async (script: string, feed: (stdin: Bun.FileSink, stdout: ReadableStream<Uint8Array>) => Promise<void>) => {
    const child = Bun.spawn(
      [
        process.execPath,
        "-e",
        `import { processMachine } from ${JSON.stringify(`${import.meta.dir}/../../src/cli/machine.ts`)};
         const machine = processMachine({ argv: [], exit() {}, opener() {}, version() {}, tellBy() {} });
         ${script}`,
      ],
      { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
    );
    const [forFeeding, forReading] = child.stdout.tee();
    await feed(child.stdin, forFeeding);
    return new Response(forReading).text();
  };

  test("is read to its end, characters whole wherever they are cut", async () => {
    const text = await reading("console.log(await machine.readInput(new AbortController().signal));", async (stdin) => {
      const bytes = new TextEncoder().encode("zwölf ✓");
      for (const byte of bytes) {
        stdin.write(new Uint8Array([byte]));
        await stdin.flush();
      }
      await stdin.end();
    });
    expect(text).toBe("zwölf ✓\n");
  });

  test("is no longer waited for once a signal has come", async () => {
    const script = `
      const controller = new AbortController();
      const reading = machine.readInput(controller.signal).catch((reason) => { console.log("ended by", reason); process.exit(); });
      console.log("waiting");
      controller.abort("SIGINT");`;
    expect(await reading(script, () => Promise.resolve())).toBe("waiting\nended by SIGINT\n");
  });

  test("past its limit is refused", async () => {
    const script = `
      const refused = (error) => { console.log(error.message); process.exit(); };
      machine.readInput(new AbortController().signal).then(() => console.log("read"), refused);`;
    const text = await reading(script, async (stdin) => {
      const chunk = new Uint8Array(1024 * 1024).fill(0x20);
      for (let count = 0; count < 17; count++) stdin.write(chunk);
      await Promise.resolve(stdin.end()).catch(() => {});
    });
    expect(text).toBe("Standard input is larger than 16 MiB\n");
  });
});
