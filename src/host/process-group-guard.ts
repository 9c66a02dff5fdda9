/**
 * Ends process groups whose owner has died without a word.
 *
 * A process that is killed outright (`kill -9`, out of memory) can end nothing. So beside the first group that it starts stands a guard: a
 * `sh` in a session of its own, which reads from a pipe what groups there are. When this process dies, however it does, the system closes
 * the pipe; the guard reads its end, kills the groups that are left, and ends.
 *
 *     wf ──"+ 4711"──► guard          wf ──✗ (pipe closes)──► guard ──KILL──► group 4711
 *
 * Outright and at once, also a group that was being ended with a grace: the step that it works for is run again as soon as somebody sees
 * that its owner is dead, and no step may run twice at the same time. What it does not cover: the time between the start of a group and
 * the first line to the guard (some microseconds), processes that make a session of their own, and a guard that was killed as well.
 */

const SCRIPT = `
trap '' HUP INT TERM
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
exit 0
`;

type Guard = Bun.Subprocess<"pipe", "ignore", "ignore">;

let guard: Guard | undefined;
/** For a guard that takes the place of one that somebody has killed. */
const groups = new Set<number>();

/** From now on the group dies with this process. */
export const guardGroup = (group: number): void => {
  groups.add(group);
  if (guard !== undefined) return say(`+ ${group}`);
  guard = startGuard();
  for (const each of groups) say(`+ ${each}`);
};

/** It has ended, or may go on without us. */
export const unguardGroup = (group: number): void => {
  if (groups.delete(group)) say(`- ${group}`);
};

const startGuard = (): Guard | undefined => {
  try {
    const started = Bun.spawn(["/bin/sh", "-c", SCRIPT, "wf-guard"], {
      ...{ stdin: "pipe", stdout: "ignore", stderr: "ignore", detached: true, cwd: "/", env: { PATH: "/usr/bin:/bin" } },
      onExit: () => {
        if (guard === started) guard = undefined;
      },
    });
    started.unref();
    return started;
  } catch {
    return undefined; // no process can be had: the one to be guarded fails next, and says why
  }
};

const say = (line: string): void => {
  try {
    void guard?.stdin.write(`${line}\n`);
    void guard?.stdin.flush();
  } catch {
    guard = undefined; // somebody has killed it; the next group brings another
  }
};
