/**
 * A project with the nightly script as it is shipped, whose programs write to a ledger outside of the database, and in which the script,
 * wf, or both are killed at places that a plan names.
 *
 *     script 5 wf         before the fifth command of the script's own text: wf is killed
 *     aws after both      when `aws` has done its work, and nobody knows it yet
 *
 * The places between commands are found by bash itself (a DEBUG trap, set by BASH_ENV), so the script is not changed by a letter.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Execution, type Playground, playground } from "../../support/wf.ts";

export const TARGETS = ["script", "wf", "both"] as const;
export type Target = (typeof TARGETS)[number];

/** What its steps run, in their order. */
export const PROGRAMS = ["date", "mkdir", "pg_dump", "sha256sum", "aws", "find"] as const;
export const MOMENTS = ["before", "after"] as const;

export interface Kill {
  readonly place: string;
  readonly target: Target;
}

export interface Nightly extends Disposable {
  /** Runs it to its end, however often it is killed. */
  run(kills: readonly Kill[]): Promise<Execution>;
  /** `<program> <arguments>`, for each time that its work was done. */
  done(): readonly string[];
  /** Kills that have struck. */
  struck(): readonly string[];
}

/** Simple commands of the script up to `wf end`. */
export const COMMANDS = 12;

const SCRIPT = "nightly-dump.sh";
const MAX_PASSES = 100;

/** @param edit of the script, for the test of the rig itself */
export const nightly = (edit: (text: string) => string = (text) => text): Nightly => {
  const project = playground();
  const env = equip(project);
  project.write(`workflows/${SCRIPT}`, edit(readFileSync(resolve(import.meta.dir, "../../../workflows", SCRIPT), "utf8")));
  chmodSync(project.path(`workflows/${SCRIPT}`), 0o755);
  // Kills come one after the other: with the usual delays between restarts each would take seconds.
  project.write("wf.config.ts", `export default { panic: { maxRestarts: 100, delay: "1ms" } };\n`);
  const wf = async (...args: readonly string[]): Promise<string> => {
    const child = Bun.spawn([WF, ...args], { cwd: project.folder, env, stdin: "ignore", stdout: "pipe", stderr: "ignore" });
    return new Response(child.stdout).text();
  };
  return {
    async run(kills) {
      project.write("plan", kills.map(({ place, target }) => `${place} ${target}\n`).join(""));
      let told = await wf("run", "nightly-dump", "--id", "n", "--hold", "0s", "-o", "json");
      for (let passes = 1; passes < MAX_PASSES && !isLast(told); passes++) told = await wf("tick", "-o", "json");
      return project.json<Execution & Record<string, unknown>>("status", "n");
    },
    done: () => project.lines("ledger"),
    struck: () => project.lines("struck"),
    [Symbol.dispose]: () => project.remove(),
  };
};

const WF = resolve(import.meta.dir, "../../../bin/wf");

interface Told {
  readonly status?: string;
  readonly executions?: readonly { readonly status: string }[];
}

/** What is killed says nothing. A tick with no execution in it has come before the time of the next restart. */
const isLast = (told: string): boolean => {
  if (told === "") return false;
  const { status, executions = [] } = JSON.parse(told) as Told;
  return [status ?? [], executions.map((one) => one.status)].flat().some((one) => one !== "pending");
};

const equip = (project: Playground): Record<string, string> => {
  const rig = project.path("rig");
  const program = (name: string, text: string): void => {
    project.write(`rig/${name}`, `#!/bin/sh\n${text}\n`);
    chmodSync(join(rig, name), 0o755);
  };
  const work: Readonly<Record<string, string>> = {
    date: "stamp=$(/bin/date +%s%N)", // another one at each call
    mkdir: "/bin/mkdir -p backups",
    pg_dump: 'echo rows > "${3#--file=}"',
    sha256sum: "",
    aws: "",
    find: "",
  };
  for (const name of PROGRAMS) {
    const says = name === "date" ? 'echo "$stamp"' : name === "sha256sum" ? 'echo "f00 $1"' : ":";
    program(name, `strike ${name} before\n${work[name]}\necho "${name} $*" >> "$RIG/../ledger"\nstrike ${name} after\n${says}`);
  }
  program("strike", STRIKE);
  writeFileSync(join(rig, "trap.bash"), TRAP);
  return {
    ...{ PATH: `${rig}:${process.env["PATH"] ?? ""}`, HOME: process.env["HOME"] ?? "/", RIG: rig },
    BASH_ENV: join(rig, "trap.bash"),
  };
};

/** From inside of a command. What comes after the kill never happens: whoever is left is ended, too. */
const STRIKE = `
read -r what point target 2>/dev/null < "$RIG/../plan" || exit 0
[ "$what $point" = "$1 $2" ] || exit 0
sed -i 1d "$RIG/../plan"
echo "$what $point $target" >> "$RIG/../struck"
[ "$target" = script ] || kill -9 "$RIG_WF"
[ "$target" = wf ] || kill -9 "$RIG_SCRIPT"
[ "$target" = both ] && kill -9 "-$RIG_SCRIPT"
exec sleep 60`;

/** Between two commands of the script. */
const TRAP = `
if [ "\${0##*/}" = ${SCRIPT} ]; then
  export RIG_SCRIPT=$$ RIG_WF=$PPID
  rig_count=0
  rig_point() {
    rig_count=$((rig_count + 1))
    read -r what point target 2>/dev/null < "$RIG/../plan" || return 0
    [ "$what $point" = "script $rig_count" ] || return 0
    sed -i 1d "$RIG/../plan"
    echo "$what $point $target" >> "$RIG/../struck"
    [ "$target" = script ] || kill -9 "$RIG_WF"
    [ "$target" = wf ] || kill -9 $$
    sleep 60
  }
  trap rig_point DEBUG
fi`;
