/** Real pipes, real closed descriptors, a real full disk: what `lost-output.test.ts` says of all commands, here of the process. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { type Finished, playground, type Playground } from "../support/wf.ts";
import { DOCUMENTS } from "../schemas/documents.ts";
import { WORKFLOWS } from "./contract/workflows.ts";

const WF = resolve(import.meta.dir, "../../bin/wf");

let at: Playground;
beforeAll(async () => {
  at = playground({ "all.ts": WORKFLOWS });
  await at.wf("run", "chatty", "--id", "c", "--hold", "0");
  await at.wf("run", "bad", "--id", "b");
});
afterAll(() => at.remove());

/** A line of bash in the project's folder; `wf` is the command, and PIPESTATUS tells how each part of a pipe has ended. */
const bash = async (line: string): Promise<Finished> => {
  const child = Bun.spawn(["bash", "-c", `wf() { ${WF} "$@"; }; ${line}`], {
    ...{ cwd: at.folder, env: { PATH: process.env["PATH"] ?? "", HOME: at.folder, LANG: "C.UTF-8" } },
    ...{ stdin: "ignore" as const, stdout: "pipe" as const, stderr: "pipe" as const },
  });
  const [code, stdout, stderr] = await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code, stdout, stderr };
};

describe("a reader that has had enough", () => {
  test("of a history ends the command quietly", async () => {
    const { stdout, stderr } = await bash("wf history c --full | head -1; echo ${PIPESTATUS[@]}");
    expect(stdout).toMatch(/^. c  chatty.*\n0 0\n$/);
    expect(stderr).toBe("");
  });

  test("of a log that is followed ends the command at once, though no further line ever comes", async () => {
    const { stdout, stderr } = await bash("wf logs c -f | grep -m1 'line 3'; echo ${PIPESTATUS[@]}");
    expect(stdout).toMatch(/^\S+ info {2}line 3\n0 0\n$/);
    expect(stderr).toBe("");
  });

  test("of a watched overview, too, and of events", async () => {
    const { stdout, stderr } = await bash("wf status --watch | head -1; wf events -f --since 0 | head -1; echo ${PIPESTATUS[@]}");
    expect(stdout).toEndWith("\n0 0\n");
    expect(stderr).toBe("");
  });
});

test("a signal in the middle of a large document leaves it whole", async () => {
  await at.wf("run", "large", "--id", "g", "-q");
  const child = Bun.spawn([WF, "history", "g", "--json"], { cwd: at.folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  const first = await reader.read();
  child.kill("SIGTERM");
  let text = decoder.decode(first.value, { stream: true });
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += decoder.decode(part.value, { stream: true });
  await child.exited;
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(JSON.parse(text)).toMatchObject({ execution: { id: "g" } });
});

describe("a disk that is full", () => {
  test.each(["status", "history c", "logs c", "list --json", "help exit-codes", "--help", "run --help"])(
    "under wf %s ends it with 1 and a sentence",
    async (line) => {
      const { code, stderr } = await bash(`wf ${line} > /dev/full`);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: .*ENOSPC: no space left on device.*\n( {2}hint: .+\n)?$/);
    },
  );

  test("under what it has to say besides changes nothing", async () => {
    const { code, stdout } = await bash("wf run hello --json 2> /dev/full");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: "completed" }]);
  });
});

describe("descriptors that are closed from the start", () => {
  test.each([
    ["status >&-", 0],
    ["wait b >&- 2>&-", 1],
    ["wait - <&-", 0],
    ["run hello --id closed <&- >&- 2>&-", 0],
    ["status nobody --json 2>&-", 4],
    ["--version >&-", 0],
    ["tick <&- >&- 2>&-", 0],
  ])("wf %s gives %d", async (line, expected) => {
    const { code, stderr } = await bash(`wf ${line}`);
    expect([code, stderr]).toEqual([expected, ""]);
  });

  test("are not taken for those of the database", async () => {
    const { code, stdout } = await bash("wf run hello --id c2 <&- >&- 2>&-; wf db check --json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true }]);
  });
});

describe("the calls of a script", () => {
  test("begin with the document of the execution, and take no format but text themselves", async () => {
    const begun = await bash("wf begin deploy --id begun --json");
    expect(DOCUMENTS.execution.shape.safeParse(JSON.parse(begun.stdout)).error?.issues).toBeUndefined();
    const { stdout, stderr } = await bash("export WF_EXECUTION=$(wf begin deploy --id d); wf step a -o json -- echo hi; echo $?; wf end");
    expect(stdout).toEndWith("}\n2\n");
    expect(stderr).toContain("error: wf step has no -o json\n  hint: It serves text.\n");
  });

  test("lose no step where a reader has gone or a disk is full", async () => {
    const lines = [
      "export WF_EXECUTION=$(wf begin lossy --id l)",
      "wf step many -- seq 100000 | head -1",
      "wf step full -- echo x > /dev/full",
      "wf step many -- seq 100000 | tail -1",
      "wf end",
    ];
    const { stdout, stderr } = await bash(lines.join("; "));
    expect(stdout).toBe("1\n100000\n");
    expect(stderr).not.toMatch(/^\s+at /m);
    const history = await at.json("history", "l");
    expect(history["steps"]).toMatchObject([{ status: "completed" }, { status: "completed" }, { status: "completed" }]);
  });
});

test("by cron, with nothing to do, there is no byte", async () => {
  const quiet = ["tick", "retry -", "wait -", "cancel --status paused", "prune --older-than 1000d", "inbox"];
  const { code, stdout, stderr } = await bash(quiet.map((line) => `wf ${line} || exit`).join("; "));
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
});
