/**
 * Goal: `wf step` is a command of a shell script like any other, and a script that is killed anywhere goes on with the same text.
 *
 * Method: real scripts in sessions of their own, begun by `wf begin`, run again and again in one folder; processes are killed for real.
 */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, symlinkSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { describeNeeding } from "../support/needing.ts";
import { eventually, type Playground, playground } from "../support/wf.ts";

const WF = resolve(import.meta.dir, "../../bin/wf");

let place: Playground;
const started: Bun.Subprocess[] = [];

beforeEach(() => {
  place = playground();
  mkdirSync(place.path("bin"));
  symlinkSync(WF, place.path("bin/wf"));
});
afterEach(() => {
  for (const { pid } of started.splice(0)) kill(-pid, "SIGKILL");
  place.remove();
});
afterAll(() => {
  for (const { pid } of started) kill(-pid, "SIGKILL");
});

const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
};

/** The script as a person or cron starts it: in a session of its own. */
const start = (text: string, id = "s-1") => {
  place.write("script.sh", `#!/bin/sh\nWF_EXECUTION=$(wf begin s --id ${id}) || exit; export WF_EXECUTION\n${text}`);
  chmodSync(place.path("script.sh"), 0o755);
  const child = Bun.spawn([place.path("script.sh")], {
    cwd: place.folder,
    env: { PATH: `${place.path("bin")}:${process.env["PATH"] ?? ""}`, HOME: place.folder },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe", detached: true },
  });
  started.push(child);
  const done = Promise.all([child.exited, new Response(child.stdout).bytes(), new Response(child.stderr).text()]).then(
    ([code, bytes, stderr]) => ({ code, bytes, stdout: Buffer.from(bytes).toString(), stderr }),
  );
  return { pid: child.pid, done, kill: (signal: NodeJS.Signals) => kill(-child.pid, signal) };
};

const run = (text: string, id?: string) => start(text, id).done;

/** Of a command that writes its own into a file. */
const pidIn = async (file: string): Promise<number> => {
  return Number(await eventually(`a line in ${file}`, () => place.lines(file)[0]));
};

const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

describe("a script", () => {
  test("that is run again prints the same bytes, without running anything", async () => {
    const text = `
      set -e
      wf step bytes -- sh -c 'echo ran >> ran; head -c 300000 /dev/urandom; printf "no line break"'
      text=$(wf step text -- sh -c 'echo ran >> ran; date +%s%N; echo careful > /dev/stderr; echo')
      printf '[%s]' "$text"
      echo fed | wf step fed -- cat
      for i in 1 2 3; do wf step loop -- sh -c "echo $i.\\$\\$"; done
      for i in a b c; do wf step job --key $i -- sh -c "echo ran >> ran; echo $i.\\$\\$" > job.$i & done; wait
      cat job.a job.b job.c`;
    const first = await run(text);
    const second = await run(text);
    expect([first.code, first.stderr, second.code, second.stderr]).toEqual([0, "careful\n", 0, "careful\n"]);
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    expect(first.bytes.length).toBeGreaterThan(300_000);
    expect(first.stdout).toMatch(/no line break\[\d+\]fed\n1\.\d+\n2\.\d+\n3\.\d+\na\.\d+\nb\.\d+\nc\.\d+\n$/);
    expect(place.lines("ran")).toHaveLength(5);
  });

  test("has exit codes, signals, closed pipes and full disks as without wf", async () => {
    const { stdout, code } = await run(`
      wf step seven -- sh -c 'exit 7'; echo $?
      wf step killed -- sh -c 'kill -KILL $$'; echo $?
      wf step term -- sh -c 'kill -TERM $$'; echo $?
      wf step none -- no-such-command 2> none; echo $?
      wf step dir -- /; echo $?
      { wf step long -- seq 100000; echo $? > piped; } | head -1; echo $?
      wf step long --key again -- true > /dev/full 2>&1; echo $?
      wf step full -- echo x 2> full > /dev/full; echo $?
      wf step full --key k -- echo x >&- 2>&-; echo $?
      wf step 2> usage; echo $?
      wf -q step extra touch extra 2> /dev/null; echo $?; wf -q step extra touch -- extra 2> /dev/null; echo $?
      wf -q step quiet -- touch -- quiet; echo $?
      wf step slow --timeout 200ms -- sh -c 'echo $$ > leader; sleep 1000 & echo $! > child; wait' 2> slow; echo $?`);
    expect([code, stdout.split("\n")]).toEqual([
      0,
      ["7", "137", "143", "127", "126", "1", "0", "0", "1", "0", "2", "2", "2", "0", "124", ""],
    ]);
    expect(["quiet", "extra"].map((file) => existsSync(place.path(file)))).toEqual([true, false]);
    expect(place.lines("piped")).toEqual(["0"]);
    expect(readFileSync(place.path("none"), "utf8")).toContain('"no-such-command" cannot be started: there is no such command');
    expect(readFileSync(place.path("full"), "utf8")).toContain("The output cannot be written");
    expect(readFileSync(place.path("usage"), "utf8")).toContain("`wf step` needs a name");
    expect(readFileSync(place.path("slow"), "utf8")).toContain("still running");
    expect([...place.lines("leader"), ...place.lines("child")].map(Number).filter(isAlive)).toEqual([]);
    const { steps } = await place.json<{ steps: { name: string; status: string }[] }>("history", "s-1");
    const statusOf = (name: string): string | undefined => steps.find((step) => step.name === name)?.status;
    // Who reads its output does not decide whether it has happened.
    expect([statusOf("long"), statusOf("full"), statusOf("seven")]).toEqual(["completed", "completed", "failed"]);
  });

  test("killed at any moment goes on where it was: what was recorded is not run again, and has the same text", async () => {
    const text = `
      set -e
      for i in 1 2 3 4; do
        text=$(wf step part -- sh -c 'sleep 0.05; date +%s%N')
        echo "$i $text" >> seen
      done
      wf end`;
    for (let kills = 0; ; kills++) {
      const script = start(text);
      // One that was killed between its last command and its end has nothing to go on with.
      const isOver = script.done.then(({ code, stderr }) => code === 0 || stderr.includes("it is completed"));
      const delay = Bun.sleep(100 + kills * 40).then(() => undefined);
      if ((await Promise.race([isOver, delay])) === true) break;
      script.kill("SIGKILL");
      await script.done;
      expect(kills).toBeLessThan(100);
    }
    const seen = new Map<string, Set<string>>();
    for (const [i = "", text = ""] of place.lines("seen").map((line) => line.split(" "))) seen.set(i, (seen.get(i) ?? new Set()).add(text));
    expect([...seen].map(([i, texts]) => [i, texts.size])).toEqual(["1", "2", "3", "4"].map((i) => [i, 1]));
    expect((await place.json("status", "s-1"))["status"]).toBe("completed");
  });
});

describe("a command that leaves a process behind, which goes on printing", () => {
  test("is finished when it has exited: time is not up for it, and it is not run again", async () => {
    const behind = "(for i in $(seq 500); do test -e go && exit; echo on; sleep 0.02; done) & exit 0";
    const done = await run(`wf step serve --timeout 1500ms --retry 2 --delay 1ms -- sh -c 'echo ran >> ran; ${behind}' > out; echo $?`);
    place.write("go", "");
    expect([done.stdout, place.lines("ran"), place.lines("out")[0]]).toEqual(["0\n", ["ran"], "on"]);
  });
});

describe("a `wf step` that is killed alone", () => {
  test("leaves a command behind, which is ended before it is run again", async () => {
    const text = `wf step work -- sh -c 'echo $$ >> pids; test -e calm || sleep 1000; echo done'`;
    const first = start(`echo $$ > script; ${text} & echo $! > step; wait`);
    const command = await pidIn("pids");
    kill(await pidIn("step"), "SIGKILL");
    await first.done.catch(() => {});
    expect(isAlive(command)).toBe(true);
    place.write("calm", "");
    const second = await run(text);
    expect([second.code, second.stdout]).toEqual([0, "done\n"]);
    expect(second.stderr).toContain(`ended process ${command}`);
    expect(isAlive(command)).toBe(false);
  });

  test("is in doubt where it may run only once, and a person settles it", async () => {
    const text = `wf step pay --once -- sh -c 'echo $$ >> pids; sleep 1000'`;
    const first = start(`${text} & echo $! > step; wait`);
    const command = await pidIn("pids");
    kill(await pidIn("step"), "SIGKILL");
    kill(command, "SIGKILL");
    await first.done;
    const second = await run(text);
    expect([second.code, second.stderr]).toEqual([7, expect.stringContaining("begins at most once")]);
    expect((await place.wf("resolve", "s-1", "pay", "--result", '"receipt 4711"', "--detach")).code).toBe(0);
    const third = await run(text);
    expect([third.code, third.stdout, place.lines("pids").length]).toEqual([0, "receipt 4711\n", 1]);
  });
});

describe("a signal", () => {
  test("to `wf step` alone reaches its command, and the step is not finished by it", async () => {
    const serve = `sh -c 'trap "echo bye; exit 0" TERM; echo $$ >> pids; while :; do sleep 0.02; done'`;
    const text = `wf step serve -- ${serve} & echo $! > step; wait $!; echo $?`;
    const first = start(text);
    await pidIn("pids");
    kill(await pidIn("step"), "SIGTERM");
    expect((await first.done).stdout).toBe("bye\n1\n");
    const { steps } = await place.json<{ steps: { status: string }[] }>("history", "s-1");
    expect(steps[0]?.status).toBe("retrying");
  });

  test("that is ignored in a background job, as Ctrl-C is, ends neither it nor its step", async () => {
    const job = start("wf step job -- sh -c 'echo $$ >> pids; until test -e go; do sleep 0.02; done; echo done' > out 2>&1 & wait");
    await pidIn("pids");
    job.kill("SIGINT");
    await job.done;
    place.write("go", "");
    await eventually("the end of the step", async () => {
      const { steps } = await place.json<{ steps: { status: string }[] }>("history", "s-1");
      return steps[0]?.status === "completed";
    });
    expect(place.lines("out")).toEqual(["done"]);
  });

  test("to the whole group ends all of it, and the next run begins the step again", async () => {
    const text = `wf step serve -- sh -c 'echo $$ >> pids; test -e calm || sleep 1000'`;
    const first = start(text);
    const command = await pidIn("pids");
    first.kill("SIGINT");
    expect((await first.done).code).not.toBe(0);
    await eventually("the end of the command", () => !isAlive(command));
    place.write("calm", "");
    expect((await run(text)).code).toBe(0);
  });
});

describe("other scripts", () => {
  test("with the same id wait for no one: the second is refused, and so is a job that the first has left behind", async () => {
    const job = "(until test -e go; do sleep 0.02; done; wf step stray -- touch ran; echo $? > stray) > job 2>&1 &";
    const first = start(`${job} echo $$ > pids; exec sleep 1000`);
    const pid = await pidIn("pids");
    const refused = await run("echo never");
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([75, "", expect.stringContaining("another script")]);
    kill(pid, "SIGKILL");
    await first.done.catch(() => {});
    const second = start("touch go; until test -e stray; do sleep 0.02; done; wf step own -- echo mine");
    expect((await second.done).stdout).toBe("mine\n");
    expect([place.lines("stray"), existsSync(place.path("ran"))]).toEqual([["75"], false]);
  });
});

describeNeeding("timeout", "coreutils", "a script that begins by way of timeout", () => {
  test("owns its execution, and goes on when timeout has ended", async () => {
    const text = `WF_EXECUTION=$(timeout 60 wf begin wrapped --id w-1) || exit; timeout 60 wf step ask -- echo $$; wf why w-1`;
    const { code, stdout, stderr } = await run(text);
    const [pid = "?", , why = ""] = stdout.split("\n");
    expect([code, stderr, why]).toEqual([0, "", expect.stringContaining(`in the hands of process ${pid} on host`)]);
    expect(why).toEndWith("(wf run), which is alive.");
  });
});

test("what a call fails with is wrapped to a terminal, and keeps its lines elsewhere", async () => {
  let shown = "";
  const data = (_: unknown, bytes: Uint8Array): void => void (shown += new TextDecoder().decode(bytes));
  const env = { PATH: process.env["PATH"] ?? "", HOME: place.folder };
  const child = Bun.spawn([WF, "sleep", "3d"], { cwd: place.folder, env, terminal: { cols: 40, rows: 20, data } });
  expect(await child.exited).toBe(2);
  const rows = await eventually("the whole hint", () => (shown.includes("export WF_EXECUTION\r\n") ? shown.split("\r\n") : undefined));
  expect(rows.filter((row) => row.length > 40)).toEqual([]);
  expect(rows[rows.findIndex((row) => row.startsWith("  hint: ")) + 1]).toMatch(/^ {4}\S/);

  const { stderr } = Bun.spawnSync([WF, "sleep", "3d"], { cwd: place.folder, env });
  expect(stderr.toString().split("\n")).toEqual([
    expect.stringMatching(/^error: `wf sleep` belongs/),
    expect.stringMatching(/^  hint: .{80,}$/),
    "",
  ]);
});
