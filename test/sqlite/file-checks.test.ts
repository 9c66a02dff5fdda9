/** Files that somebody else could have put there, and files that may not be written. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkFile } from "../../src/sqlite/file-checks.ts";
import { type Folder, makeFolder } from "./machine.ts";
import { create, refusal } from "./opening.ts";

let folder: Folder;
beforeEach(() => void (folder = makeFolder()));
afterEach(() => folder.remove());

describe("a file that somebody else could have put there", () => {
  test("a symbolic link is refused, dangling or not, and its target stays", async () => {
    await create(folder.file);
    const link = join(folder.path, "link.wf.db");
    symlinkSync(folder.file, link);
    expect((await refusal(link)).message).toContain("symbolic link");
    const dangling = join(folder.path, "dangling.wf.db");
    symlinkSync(join(folder.path, "victim"), dangling);
    expect((await refusal(dangling)).message).toContain("symbolic link");
    expect(readdirSync(folder.path)).not.toContain("victim");
  });

  test.each(["-wal", "-shm", "-journal"])("a link for its %s is refused, and the target stays", async (suffix) => {
    await create(folder.file);
    const victim = join(folder.path, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, folder.file + suffix);
    expect((await refusal(folder.file)).message).toContain(`${suffix} beside it is unsafe`);
    expect(readFileSync(victim, "utf8")).toBe("precious");
  });

  test("one that every user may write is refused, and not tightened silently", async () => {
    await create(folder.file);
    chmodSync(folder.file, 0o666);
    const error = await refusal(folder.file);
    expect(error.message).toContain("every user");
    expect(error.hint).toContain("chmod 600");
    expect(statSync(folder.file).mode & 0o777).toBe(0o666);
  });

  test("one with a second name is refused", async () => {
    await create(folder.file);
    linkSync(folder.file, join(folder.path, "second.db"));
    expect((await refusal(folder.file)).message).toContain("hard link");
  });

  test("a folder, a socket or a device in its place is refused", async () => {
    mkdirSync(folder.file);
    expect((await refusal(folder.file)).message).toContain("not a file");
  });

  const look = (userId: number) => checkFile(folder.file, { create: false, userId, platform: "linux" });
  const problemOf = (checked: ReturnType<typeof checkFile>): string => ("problem" in checked ? checked.problem.problem : "none");

  test("one of another user is refused, whoever asks; one of ours in a folder of root is not", async () => {
    await create(folder.file);
    const me = process.geteuid?.() ?? -1;
    expect(problemOf(look(me))).toBe("none");
    expect(problemOf(look(me + 1))).toContain(me === 0 ? "it belongs to another user" : "its folder belongs to another user");
    if (me !== 0) return;
    chownSync(folder.file, 65_534, 65_534);
    expect((await refusal(folder.file)).message).toContain("it belongs to another user (id 65534)");
    expect(problemOf(look(65_534))).toBe("none");
    chownSync(folder.file, 0, 0);
    chownSync(folder.path, 65_534, 65_534);
    expect((await refusal(folder.file)).message).toContain("its folder belongs to another user (id 65534)");
  });

  test("a WAL of another user is refused", async () => {
    await create(folder.file);
    writeFileSync(`${folder.file}-wal`, "");
    const asked = checkFile(folder.file, { create: false, userId: (process.geteuid?.() ?? -1) + 1, platform: "linux" });
    expect(problemOf(asked)).toContain("another user");
  });
});

describe("a file that may not be written", () => {
  test("is refused with what to do, for the file as for its folder", async () => {
    await create(folder.file);
    // Root may write everything, so the check is asked as another user would be answered.
    const script = `
      import { checkFile } from ${JSON.stringify(join(import.meta.dir, "../../src/sqlite/file-checks.ts"))};
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      console.log(JSON.stringify(checkFile(process.argv[2], { create: true, userId: process.getuid(), platform: "linux" })));`;
    const scriptFile = join(folder.path, "ask.ts");
    writeFileSync(scriptFile, script);
    const ask = async (): Promise<string> => {
      const asking = Bun.spawn([process.execPath, scriptFile, folder.file], { stdout: "pipe", stderr: "pipe" });
      return (await new Response(asking.stdout).text()) + (await new Response(asking.stderr).text());
    };
    const uid = process.getuid?.() === 0 ? 65_534 : (process.getuid?.() ?? 0);
    for (const path of [folder.path, folder.file]) if (uid === 65_534) chownSync(path, uid, uid);
    expect(await ask()).toContain('"found"');
    chmodSync(folder.file, 0o400);
    expect(await ask()).toMatch(/it is read-only for this user.*right to write/);
    chmodSync(folder.file, 0o600);
    chmodSync(folder.path, 0o500);
    expect(await ask()).toMatch(/its folder .* is read-only for this user/);
    chmodSync(folder.path, 0o700);
  });
});
