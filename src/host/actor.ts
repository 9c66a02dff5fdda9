/** Who acts on executions here, as the history shows it: `ada@workstation`, or what WF_ACTOR says. */
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { escapeControls } from "../model/escape.ts";

/** A name, not a text. */
const MAX_CHARACTERS = 200;

export const actorOf = (env: Readonly<Record<string, string | undefined>>): string => {
  const given = env["WF_ACTOR"]?.trim();
  const actor = given === undefined || given === "" ? `${userName()}@${hostname()}` : given;
  return escapeControls([...actor].slice(0, MAX_CHARACTERS).join(""), { newlines: "escape" });
};

/**
 * The name of the user whose process this is, whatever USER says: cron and services have none, and `userInfo` of Bun knows no other source.
 * A user id without a name is not unusual in containers.
 */
const userName = (): string => {
  const uid = process.getuid?.();
  return uid === undefined ? userInfo().username : (nameInPasswd(readPasswd(), uid) ?? nameFromId() ?? String(uid));
};

/** A line is `name:password:uid:…`. */
export const nameInPasswd = (text: string, uid: number): string | undefined =>
  text
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name, , id]) => name !== undefined && name !== "" && id === String(uid))?.[0];

const readPasswd = (): string => {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
};

/** For users of a directory service, and those of macOS: neither stands in the file. Without a name `id` fails, or prints the number. */
const nameFromId = (): string | undefined => {
  try {
    const { stdout, exitCode } = Bun.spawnSync(["id", "-un"], { stdin: "ignore", stderr: "ignore" });
    const name = stdout.toString().trim();
    return exitCode === 0 && name !== "" ? name : undefined;
  } catch {
    return undefined;
  }
};
