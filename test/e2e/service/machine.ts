/**
 * A machine with a crontab, a systemd of the user and a launchd, made of small programs that stand first on the PATH: they keep what they
 * are told in files, and run what they are given as the real ones would. cron runs a new line at once, in an empty environment, by `sh`;
 * systemd starts what `ExecStart=` says, and kills it when it is told to stop.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const WF = resolve(import.meta.dir, "../../../bin/wf");

/** All that a shell, a unit, a crontab and XML have a meaning for. */
export const NASTY = `it's 100% "my" <shop> & $HOME`;

const CRONTAB = `
case $1 in
-l)
  [ ! -e "$STATE/broken" ] || { echo "crontab: cannot read your crontab" >&2; exit 1; }
  [ -e "$STATE/crontab" ] || { echo "no crontab for you" >&2; exit 1; }
  exec cat "$STATE/crontab" ;;
-)
  cat >"$STATE/crontab"
  echo written >>"$STATE/calls"
  [ -e "$STATE/silent" ] && exit 0
  grep 'made by .wf daemon install' "$STATE/crontab" | sed 's/^[*] [*] [*] [*] [*] //; s/\\\\%/%/g' | while IFS= read -r command; do
    env -i HOME="$HOME" LOGNAME=you PATH=/usr/bin:/bin SHELL=/bin/sh /bin/sh -c "$command"
  done ;;
esac`;

const SYSTEMCTL = `
shift
echo "$*" >>"$STATE/calls"
unit=; for word; do unit=$word; done
file=$HOME/.config/systemd/user/$unit
stop() { [ ! -e "$STATE/pid" ] || { kill "$(cat "$STATE/pid")"; rm "$STATE/pid"; }; }
case $1 in
show-environment) [ ! -e "$STATE/no-systemd" ] ;;
is-active) [ -e "$STATE/pid" ] ;;
start | restart)
  [ "$1" = start ] && [ -e "$STATE/pid" ] && exit 0
  stop
  command=$(sed -n 's/^ExecStart=//p' "$file" | sed 's/%%/%/g; s/[$][$]/\\\\$/g')
  eval "exec env -i HOME=\\"$HOME\\" $command" >"$STATE/log" 2>&1 </dev/null &
  echo $! >"$STATE/pid" ;;
disable) stop ;;
esac`;

const LAUNCHCTL = `
echo "$*" >>"$STATE/calls"
case $1 in
print) [ -e "$STATE/loaded" ] ;;
bootstrap)
  [ ! -e "$STATE/leaving" ] || { rm "$STATE/leaving"; echo "Bootstrap failed: 37: Operation already in progress" >&2; exit 37; }
  touch "$STATE/loaded" ;;
bootout) rm "$STATE/loaded" ;;
esac`;

export interface FakeMachine {
  readonly project: string;
  /** A file in the home of the user. */
  readonly home: (path: string) => string;
  /** Switches one of the machine's troubles on: "silent", "broken", "no-systemd", "leaving". */
  have(trouble: string): void;
  crontab(): string | undefined;
  setCrontab(text: string): void;
  /** What the programs were told that changes something, and forgets it. */
  calls(): readonly string[];
  wf(...argv: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** All files under the home. */
  files(): readonly string[];
  remove(): void;
}

export const fakeMachine = (): FakeMachine => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "wf-service-")));
  const [bin, state, user, project] = [join(base, "bin"), join(base, "state"), join(base, "user"), join(base, NASTY)];
  for (const folder of [bin, state, user, join(project, "workflows")]) mkdirSync(folder, { recursive: true });
  const programs = { crontab: CRONTAB, systemctl: SYSTEMCTL, launchctl: LAUNCHCTL, loginctl: "\necho no" };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nSTATE='${state}'${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const read = (name: string): string | undefined => (existsSync(join(state, name)) ? readFileSync(join(state, name), "utf8") : undefined);
  return {
    project,
    home: (path) => join(user, path),
    have: (trouble) => writeFileSync(join(state, trouble), ""),
    crontab: () => read("crontab"),
    setCrontab: (text) => writeFileSync(join(state, "crontab"), text),
    calls() {
      const lines = (read("calls") ?? "").split("\n").filter((line) => line !== "" && !/^(?:show-environment|is-active|print)/.test(line));
      rmSync(join(state, "calls"), { force: true });
      return lines;
    },
    async wf(...argv) {
      const child = Bun.spawn([WF, ...argv], {
        cwd: project,
        env: { HOME: user, PATH: `${bin}:/usr/bin:/bin`, LANG: "C.UTF-8" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [code, stdout, stderr] = await Promise.all([
        child.exited,
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      return { code, stdout, stderr };
    },
    // Bun keeps what it has read in a folder of its own.
    files: () => [...new Bun.Glob("**/*").scanSync({ cwd: user, dot: true })].filter((path) => !path.startsWith(".bun/")).sort(),
    remove() {
      const pid = read("pid");
      if (pid !== undefined) process.kill(Number(pid), "SIGKILL");
      rmSync(base, { recursive: true, force: true });
    },
  };
};

/** The only file of its folder. */
export const onlyFileIn = (folder: string): string => {
  const [name = "", ...others] = readdirSync(folder);
  if (others.length > 0) throw new Error(`${folder} holds more than one file`);
  return join(dirname(join(folder, name)), name);
};
