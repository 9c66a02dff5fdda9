/**
 * Goal: what `wf daemon install` sets up does run, twice is as once, and nothing of others is lost.
 *
 * Method: real commands on a machine whose crontab, systemd and launchd are stand-ins (`service/machine.ts`). The project lies in a folder
 * whose name has something of every syntax that it is written into.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DOCUMENTS } from "../schemas/documents.ts";
import * as shapes from "../schemas/service.ts";
import { type FakeMachine, fakeMachine, onlyFileIn } from "./service/machine.ts";

let machine: FakeMachine;
beforeEach(() => (machine = fakeMachine()));
afterEach(() => machine.remove());

const json = ({ stdout }: { readonly stdout: string }): unknown => JSON.parse(stdout);

const OTHERS = "# mine\nMAILTO=me\n5 4 * * * date +\\%s # made by me\n\n* * * * * wf tick";

describe("by cron", () => {
  const install = (...argv: readonly string[]) => machine.wf("daemon", "install", "--as", "cron", "--json", ...argv);

  test("it fires, as cron would start it, and a second time changes nothing", async () => {
    machine.setCrontab(OTHERS);
    const first = await install();
    expect([first.code, shapes.installed.parse(json(first))]).toEqual([
      0,
      expect.objectContaining({ kind: "cron", what: "created", seenAt: expect.any(String) }),
    ]);
    expect(DOCUMENTS["service-installed"].shape.safeParse(json(first)).error?.issues).toBeUndefined();
    const text = machine.crontab() ?? "";
    expect(text).toStartWith(`${OTHERS}\n* * * * * cd `);
    expect(text.split("\n")).toHaveLength(OTHERS.split("\n").length + 2);

    machine.calls();
    const second = await install();
    expect([second.code, json(second)]).toEqual([0, expect.objectContaining({ what: "kept" })]);
    expect([machine.crontab(), machine.calls()]).toEqual([text, []]);
    const status = await machine.wf("daemon", "status", "--json");
    expect([status.code, shapes.state.parse(json(status)).services[0]?.state]).toEqual([0, "ours"]);

    const uninstalled = await machine.wf("daemon", "uninstall", "--json");
    expect([uninstalled.code, shapes.removed.parse(json(uninstalled)).removed]).toEqual([0, [{ kind: "cron", where: "crontab" }]]);
    expect(machine.crontab()).toBe(`${OTHERS}\n`);
    expect((await machine.wf("daemon", "status")).code).toBe(4);
    expect(await machine.wf("daemon", "uninstall")).toMatchObject({ code: 0, stdout: "nothing was installed for this project\n" });
  }, 60_000);

  test("what was changed by hand is left as it is, and so is the line of another project", async () => {
    expect((await install()).code).toBe(0);
    const other = `* * * * * true # wf-other-00000000 made by \`wf daemon install\` [000000000000]\n`;
    const changed = other + (machine.crontab() ?? "").replace("* * * * *", "*/5 * * * *");
    machine.setCrontab(changed);
    for (const action of ["install", "uninstall"]) {
      const { code, stderr } = await machine.wf("daemon", action, "--as", "cron");
      expect([code, stderr]).toEqual([2, expect.stringContaining("changed by hand")]);
    }
    expect(machine.crontab()).toBe(changed);
  });

  test("a crontab that cannot be read is not written", async () => {
    machine.setCrontab(OTHERS);
    machine.have("broken");
    expect(await install()).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot read your crontab") });
    expect([machine.crontab(), machine.calls()]).toEqual([OTHERS, []]);
  });

  test("where nothing fires that is told, with what to look at", async () => {
    machine.have("silent");
    const { code, stdout, stderr } = await install("--within", "100ms");
    expect([code, json({ stdout })]).toEqual([1, { error: expect.objectContaining({ code: "SERVICE_SILENT" }) }]);
    expect(stderr).toContain("see that cron runs");
    expect((await machine.wf("daemon", "status")).code).toBe(1);
  });
});

describe("by systemd", () => {
  const folder = (): string => machine.home(".config/systemd/user");
  const install = (...argv: readonly string[]) => machine.wf("daemon", "install", "--json", ...argv);

  test("a daemon runs, with the options that it was given, and a second time does not disturb it", async () => {
    const first = await install("--grace", "30s");
    expect([first.code, json(first)]).toEqual([
      0,
      expect.objectContaining({ kind: "systemd", what: "created", seenAt: expect.any(String) }),
    ]);
    expect(first.stderr).toContain("enable-linger");
    const unit = onlyFileIn(folder());
    const text = readFileSync(unit, "utf8");
    expect(text).toMatch(/^ExecStart="\/.*\/bin\/wf" "daemon" "--dir" ".*" "--grace" "30s"$/m);
    const name = unit.split("/").at(-1);
    expect(machine.calls()).toEqual(["daemon-reload", `enable --quiet ${name}`, `restart ${name}`]);

    const second = await install("--grace", "30s");
    expect([second.code, json(second)]).toEqual([0, expect.objectContaining({ what: "kept" })]);
    expect(machine.calls().filter((call) => call.startsWith("restart"))).toEqual([]);
    expect(await machine.wf("daemon", "install", "--as", "cron")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("wf daemon uninstall"),
    });
    const running = await machine.wf("daemon", "status");
    expect(running.code).toBe(0);
    expect(running.stdout).toMatch(/^systemd {2}running {2}/);
    expect(running.stdout).toMatch(/^last tick \d{4}-[\d:T.-]+Z \((?:now|\d+s ago)\)$/m);

    expect((await machine.wf("daemon", "uninstall")).code).toBe(0);
    expect(machine.files()).toEqual([]);
  }, 60_000);

  test("a unit that is not ours, or no longer as we wrote it, stays", async () => {
    const { stdout } = await install("--print");
    const { where, text } = json({ stdout }) as { readonly where: string; readonly text: string };
    mkdirSync(dirname(where), { recursive: true });
    for (const found of [`${text}# mine\n`, "[Unit]\nDescription=mine\n", ""]) {
      writeFileSync(where, found);
      for (const action of ["install", "uninstall"]) expect((await machine.wf("daemon", action)).code).toBe(2);
      expect(readFileSync(where, "utf8")).toBe(found);
    }
    expect(machine.calls()).toEqual([]);
  });

  test("without one the crontab is taken", async () => {
    machine.have("no-systemd");
    expect(json(await install("--print"))).toMatchObject({ kind: "cron" });
  });
});

test("launchd is given an agent that is well-formed, and has it taken away again", async () => {
  expect((await machine.wf("daemon", "install", "--as", "launchd", "--within", "0s")).code).toBe(0);
  const file = onlyFileIn(machine.home("Library/LaunchAgents"));
  const text = readFileSync(file, "utf8");
  expect(text).toStartWith('<?xml version="1.0"');
  expect(text).toContain('it\'s 100% "my" &lt;shop&gt; &amp; $HOME</string>');
  const uid = process.getuid?.();
  expect(machine.calls()).toEqual([`bootstrap gui/${uid} ${file}`]);
  await machine.wf("daemon", "install", "--as", "launchd", "--within", "0s");
  expect(machine.calls()).toEqual([]);
  machine.have("leaving");
  const renewed = await machine.wf("daemon", "install", "--as", "launchd", "--within", "0s", "--grace", "5s");
  expect([renewed.code, machine.calls().map((call) => call.split(" ")[0])]).toEqual([0, ["bootout", "bootstrap", "bootstrap"]]);
  await machine.wf("daemon", "uninstall");
  expect(machine.calls()).toEqual([expect.stringMatching(/^bootout gui\/\d+\/dev\.wflite\.wf-/)]);
  expect(machine.files()).toEqual([]);
});

describe("before anything is done", () => {
  test.each(["cron", "systemd", "launchd"])("--print shows what %s would get, and changes nothing", async (kind) => {
    const { code, stdout, stderr } = await machine.wf("daemon", "install", "--as", kind, "--print");
    expect([code, stderr]).toEqual([0, expect.stringContaining("nothing was changed")]);
    expect(stdout).toMatch(/made by `wf daemon install` \[[0-9a-f]{12}\]/);
    expect([machine.files(), machine.crontab(), machine.calls()]).toEqual([[], undefined, []]);
  });

  test("wrong words and options in the wrong place are refused", async () => {
    for (const argv of [
      ["stop"],
      ["--print"],
      ["install", "--as", "upstart"],
      ["install", "--grace", "soon"],
      ["install", "--as", "cron", "--grace", "1s"],
    ])
      expect([argv, (await machine.wf("daemon", ...argv)).code]).toEqual([argv, 2]);
    expect([machine.files(), machine.crontab(), machine.calls()]).toEqual([[], undefined, []]);
  });
});
