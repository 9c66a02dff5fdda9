/**
 * Programs that some rigs need beside Bun. Where one is missing, or not allowed, its tests are skipped, and the last line of the run says
 * so.
 */
const works = (...argv: readonly string[]): boolean => {
  try {
    return Bun.spawnSync([...argv], { stdio: ["ignore", "ignore", "ignore"] }).success;
  } catch {
    return false; // not installed
  }
};

/** It has to be installed, and allowed to trace: containers often forbid it. */
export const canTrace = (): boolean => works("strace", "-f", "-qq", "-o", "/dev/null", "true");

/** Mounting a small file system takes root, and a kernel that lets it. */
export const canMount = (): boolean => {
  const folder = `/tmp/wf-can-mount-${process.pid}`;
  const script = `mkdir ${folder} && mount -t tmpfs -o size=64k none ${folder}; ok=$?; umount ${folder}; rmdir ${folder}; exit $ok`;
  return works("sh", "-c", script);
};

/** faketime names its shared memory after its process, and one that was killed leaves it behind: it fails where a number comes again. */
export const canFakeTime = (): boolean => [1, 2, 3].some(() => works("faketime", "2030-01-01 00:00:00", "true"));
