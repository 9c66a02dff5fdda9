/**
 * File systems on which SQLite's WAL cannot work.
 *
 * A WAL needs memory that all processes on the file share, and locks that hold. Network file systems and the bridges between a machine and
 * its guests have neither for certain: databases there have become malformed within a minute. Told by the magic number of statfs(2), as
 * Linux gives it (linux/magic.h and the sources of each file system).
 */
import type { Problem } from "./problem.ts";

const UNFIT: ReadonlyMap<number, string> = new Map([
  [0x00_00_69_69, "NFS"],
  [0x00_00_51_7b, "SMB"],
  [0xff_53_4d_42, "CIFS"],
  [0xfe_53_4d_42, "SMB"],
  [0x01_02_19_97, "9p (a folder shared with a virtual machine or WSL)"],
  [0x65_73_55_46, "FUSE or virtiofs (a folder mounted by a program or shared with a virtual machine)"],
  [0x78_6f_42_56, "vboxsf (a VirtualBox shared folder)"],
  [0x00_c3_64_00, "Ceph"],
  [0x53_46_41_4f, "AFS"],
  [0x6b_41_46_53, "AFS"],
  [0x73_75_72_45, "Coda"],
]);

/** @param magic `type` of statfs on Linux; some platforms give it as a negative number */
export function fileSystemProblem(magic: number): Problem | undefined {
  const name = UNFIT.get(magic >>> 0);
  if (name === undefined) return undefined;
  return {
    problem: `its folder is on ${name}, where several processes cannot safely share a database`,
    next: "Put the database on a local disk: --db /path/on/a/local/disk/.wf.db, or WF_DB.",
  };
}
