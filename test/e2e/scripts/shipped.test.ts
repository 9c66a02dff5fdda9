/**
 * The scripts that come with wf, run as they are, with programs in the place of those that a machine may not have; and what shellcheck says
 * of every script that is shipped.
 */
import { afterEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeNeeding } from "../../support/needing.ts";
import { type Execution, type Playground, playground } from "../../support/wf.ts";
import { type Tools, tools } from "./tools.ts";

const ROOT = resolve(import.meta.dir, "../../..");

let project: Playground;
let bin: Tools;
afterEach(() => {
  project?.remove();
  bin?.[Symbol.dispose]();
});

const withScript = (name: string, programs: Readonly<Record<string, string>>): void => {
  bin = tools(programs);
  project = playground({}, { PATH: `${bin.folder}:${process.env["PATH"] ?? ""}`, LEDGER: bin.ledger });
  copyFileSync(join(ROOT, "workflows", name), project.path(`workflows/${name}`));
};

const output = async (...args: readonly string[]): Promise<Execution> => project.json<Execution & Record<string, unknown>>(...args);

test("nightly-dump.sh dumps, tries a failing upload again, and says what it has made", async () => {
  withScript("nightly-dump.sh", {
    pg_dump: 'for last; do :; done; file=${3#--file=}; echo "rows of $last" > "$file"',
    aws: 'echo "upload $3 $4" >> "$LEDGER"; [ "$(grep -c ^upload "$LEDGER")" -gt 1 ] || { echo "no network" >&2; exit 1; }',
  });
  const { status, output: made } = await output("run", "nightly-dump", "database=shop", "bucket=s3://b");
  expect(status).toBe("completed");
  const { dump, sha256 } = made as { readonly dump: string; readonly sha256: string };
  expect(dump).toMatch(/^backups\/shop-\d{8}T\d{6}Z\.dump$/);
  const text = readFileSync(project.path(dump));
  expect(text.toString()).toBe("rows of shop\n");
  expect(sha256).toBe(new Bun.CryptoHasher("sha256").update(text).digest("hex"));
  const { stdout } = await project.wf("history", "@last");
  expect(stdout).toMatch(/upload .*\n.*attempt 1 failed.*upload.* ended with exit code 1/);
});

describe("deploy-release.sh", () => {
  const git = {
    git: 'case $1 in rev-parse) echo 0123abc ;; archive) mkdir -p app && echo v1 > app/version && tar -cf "${3#--output=}" app ;; esac',
  };
  const answered = async (id: string, answer: string): Promise<Execution> => {
    expect((await project.wf("send", id, "approval", answer)).code).toBe(0);
    return output("wait", id, "--wait");
  };
  const begin = async (id: string, ...more: readonly string[]): Promise<void> => {
    const { code, stdout } = await project.wf(
      "run",
      "deploy-release",
      "version=v1",
      "target=srv",
      "watch=1ms",
      "--hold",
      "0s",
      "--id",
      id,
      ...more,
    );
    expect([code, stdout]).toEqual([5, expect.stringContaining('event "approval"')]);
  };

  test("waits for a person, switches, and says what was there before", async () => {
    withScript("deploy-release.sh", git);
    mkdirSync(project.path("srv"));
    symlinkSync("releases/old", project.path("srv/current"));
    await begin("d");
    expect((await project.wf("why", "d")).stdout).toContain("wf send d approval");
    expect(await answered("d", '{"approved":true}')).toMatchObject({
      status: "completed",
      output: { commit: "0123abc", before: "releases/old" },
    });
    expect(readFileSync(project.path("srv/current/app/version"), "utf8")).toBe("v1\n");
  });

  test("does nothing more once a person has said no; goes back when the service is not well", async () => {
    withScript("deploy-release.sh", git);
    mkdirSync(project.path("srv/old"), { recursive: true });
    symlinkSync(project.path("srv/old"), project.path("srv/current"));
    await begin("no");
    const rejected = await answered("no", '{"approved":false,"note":"not on a Friday"}');
    expect(rejected).toMatchObject({ status: "failed", error: { code: "SCRIPT_FAILED" } });
    expect(rejected.error?.message).toContain("not on a Friday");
    await begin("ill", "health=exit 1", "pause=1ms");
    const ill = await answered("ill", '{"approved":true}');
    expect(ill.error?.message).toContain("v1 is not well");
    expect(statSync(project.path("srv/current")).ino).toBe(statSync(project.path("srv/old")).ino);
  });
});

test("compress-logs.sh compresses each file once, and after a failure only those that are left", async () => {
  withScript("compress-logs.sh", {
    gzip: 'for file; do :; done; case $file in *bad*) [ -e mended ] || exit 3 ;; esac; echo "$file" >> "$LEDGER"; mv "$file" "$file.gz"',
  });
  for (const name of ["a b", "bad", "c", "d"]) project.write(`logs/${name}.log`, name);
  const failed = await output("run", "compress-logs", "at-once=2", "--id", "c");
  expect(failed.error?.message).toContain("1 of 4 files could not be compressed");
  project.write("mended", "");
  expect(await output("retry", "c")).toMatchObject({ status: "completed", output: { files: 4 } });
  const done = readFileSync(bin.ledger, "utf8").split("\n").filter(Boolean);
  expect(done.sort()).toEqual(["logs/a b.log", "logs/bad.log", "logs/c.log", "logs/d.log"]);
});

test("a nightly slot is started by a tick", async () => {
  withScript("nightly-dump.sh", { pg_dump: "exit 9", aws: "exit 9" });
  expect((await project.wf("tick")).code).toBe(0);
  const { stdout } = await project.wf("schedule", "preview", "nightly-dump", "-o", "json");
  expect(stdout).toContain("T02:30:00.000Z");
});

const isShellScript = (file: string): boolean => /^#!.*\b(ba)?sh\n/.test(readFileSync(join(ROOT, file), "utf8").slice(0, 200));

describeNeeding("shellcheck", "shellcheck", "every shell script that is shipped", () => {
  test("has nothing that shellcheck would warn of", () => {
    const places = ["bin/*", "workflows/**/*", "share/**/*", ".ci/*"];
    const files = places
      .flatMap((place) => [...new Bun.Glob(place).scanSync({ cwd: ROOT, dot: true, onlyFiles: true })])
      .filter(isShellScript);
    expect(files).toContain("workflows/nightly-dump.sh");
    expect(files).toContain("bin/wf");
    const { stdout, exitCode } = Bun.spawnSync(["shellcheck", ...files], { cwd: ROOT });
    expect([stdout.toString(), exitCode]).toEqual(["", 0]);
  });
});
