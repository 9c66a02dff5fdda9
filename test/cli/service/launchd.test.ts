/** An agent that is made anew while launchd still lets the one of before go: what its answers lead to. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchd } from "../../../src/cli/service/launchd.ts";
import { servicePlan } from "../../../src/cli/service/plan.ts";

let base: string;
const before = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

/** Says that the agent is loaded until it is told to let it go; `answers` has what it says to `bootstrap`, a line each. */
const LAUNCHCTL = `#!/bin/sh
cd "\${0%/*}"
case $1 in
print) [ -e loaded ] ;;
bootout) rm loaded; exit 36 ;;
bootstrap)
  echo "$*" >>calls
  read -r code said <answers
  sed -i.old 1d answers
  [ -z "$said" ] || echo "Bootstrap failed: $said" >&2
  exit "\${code:-0}" ;;
esac
`;

const GOING_AWAY = "5 5: Input/output error\n";

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "wf-launchd-"));
  mkdirSync(join(base, "user"));
  writeFileSync(join(base, "launchctl"), LAUNCHCTL);
  chmodSync(join(base, "launchctl"), 0o755);
  writeFileSync(join(base, "loaded"), "");
  Object.assign(process.env, { PATH: `${base}:${before.PATH ?? ""}`, HOME: join(base, "user") });
});

afterEach(() => {
  Object.assign(process.env, before);
  rmSync(base, { recursive: true, force: true });
});

const plan = servicePlan({
  ...{ root: "/srv/shop", databaseFile: "/srv/shop/.wf.db", envFiles: [], daemonOptions: [] },
  graceMs: 1,
  path: "",
});

const install = async (answers: string, wait: () => Promise<boolean> = () => Promise.resolve(true)) => {
  writeFileSync(join(base, "answers"), answers);
  let waits = 0;
  const counted = (): Promise<boolean> => (waits++, wait());
  const what = await Promise.resolve(launchd.install(plan, counted)).catch((error: unknown) => error as Error);
  const agents = [...new Bun.Glob("user/Library/LaunchAgents/*").scanSync({ cwd: base })].length;
  return {
    what,
    waits,
    agents,
    calls: existsSync(join(base, "calls")) ? readFileSync(join(base, "calls"), "utf8").split("\n").length - 1 : 0,
  };
};

test("is tried again for as long as the old one is going away", async () => {
  expect(await install(`${GOING_AWAY}37 37: Operation already in progress\n0\n`)).toEqual({
    what: "created",
    waits: 2,
    agents: 1,
    calls: 3,
  });
});

test("is given up after ten seconds, with what was said and what to do next, and leaves nothing that looks installed", async () => {
  const { what, waits, calls, agents } = await install(GOING_AWAY.repeat(100));
  expect([waits, calls, agents]).toEqual([19, 20, 0]);
  expect(what).toMatchObject({
    message: expect.stringMatching(/^`launchctl bootstrap gui\/.*\.plist` failed: Bootstrap failed: 5: Input\/output error$/),
    hint: expect.stringMatching(/the same `wf daemon install` once more.*`launchctl print gui\/\d+\/dev\.wflite\.wf-shop-/),
  });
});

test("is not tried again after any other error, nor once the wait was cut off", async () => {
  expect(await install("119 119: Service is disabled\n")).toMatchObject({
    what: { message: expect.stringContaining("disabled") },
    calls: 1,
  });
  rmSync(join(base, "calls"));
  expect(await install(GOING_AWAY.repeat(9), () => Promise.resolve(false))).toEqual({ what: undefined, waits: 1, agents: 0, calls: 1 });
});
