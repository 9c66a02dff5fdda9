/**
 * Who is left of a process group.
 *
 * `kill(-group, 0)` answers for zombies too, and in a container without a first process that reaps them they stay for ever. So where there
 * is a /proc, the members are looked at: a group of zombies is empty.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Whether any process of the group may still do anything. */
export const hasMembers = (group: number): boolean => {
  try {
    process.kill(-group, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as { code?: unknown }).code === "EPERM";
  }
  return process.platform !== "linux" || hasLiving(group);
};

const hasLiving = (group: number): boolean => {
  let ids: readonly string[];
  try {
    ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return true;
  }
  return ids.some((id) => isLivingMember(id, group));
};

/** The fields after the last parenthesis of `/proc/<pid>/stat`: state, parent, group. */
const isLivingMember = (id: string, group: number): boolean => {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "utf8");
    const [state, , itsGroup] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(itsGroup) === group && !"ZXx".includes(state ?? "Z");
  } catch {
    return false;
  }
};
