/** Who acts on executions here, as the history shows it: `ada@workstation`, or what WF_ACTOR says. */
import { hostname, userInfo } from "node:os";
import { escapeControls } from "../model/escape.ts";

/** A name, not a text. */
const MAX_CHARACTERS = 200;

export const actorOf = (env: Readonly<Record<string, string | undefined>>): string => {
  const given = env["WF_ACTOR"]?.trim();
  const actor = given === undefined || given === "" ? `${userName()}@${hostname()}` : given;
  return escapeControls([...actor].slice(0, MAX_CHARACTERS).join(""), { newlines: "escape" });
};

/** A user id without a name is not unusual in containers. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "user");
  }
};
