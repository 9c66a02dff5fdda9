/** Which file systems are refused, by the numbers of linux/magic.h. */
import { describe, expect, test } from "bun:test";
import { fileSystemProblem } from "../../src/sqlite/file-system.ts";

describe("a folder", () => {
  test.each([
    ["NFS", 0x6969],
    ["SMB", 0x517b],
    ["CIFS", 0xff534d42],
    ["CIFS, read as a negative number", 0xff534d42 | 0],
    ["SMB 2", 0xfe534d42],
    ["SMB 2, read as a negative number", 0xfe534d42 | 0],
    ["9p", 0x01021997],
    ["FUSE and virtiofs", 0x65735546],
    ["VirtualBox", 0x786f4256],
    ["Ceph", 0x00c36400],
  ])("on %s is refused, with what to do", (_, magic) => {
    const found = fileSystemProblem(magic);
    expect(found?.problem).toContain("cannot safely share a database");
    expect(found?.next).toContain("--db");
  });

  test.each([
    ["ext4", 0xef53],
    ["btrfs", 0x9123683e],
    ["btrfs, read as a negative number", 0x9123683e | 0],
    ["xfs", 0x58465342],
    ["zfs", 0x2fc12fc1],
    ["tmpfs", 0x01021994],
    ["overlayfs", 0x794c7630],
    ["anything unknown", 0x12345678],
    ["zero", 0],
  ])("on %s is fine", (_, magic) => expect(fileSystemProblem(magic)).toBeUndefined());
});
