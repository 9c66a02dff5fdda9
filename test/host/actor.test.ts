import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { actorOf, nameInPasswd } from "../../src/host/actor.ts";

const me = Bun.spawnSync(["id", "-un"]).stdout.toString().trim();

describe("who acts", () => {
  test("is the user of the process at this host, without USER and against it", () => {
    const source = 'import { actorOf } from "./src/host/actor.ts"; console.log(actorOf(process.env));';
    const actorWith = (env: Readonly<Record<string, string>>) =>
      Bun.spawnSync([process.execPath, "-e", source], { env: { PATH: process.env["PATH"] ?? "", ...env } })
        .stdout.toString()
        .trim();
    expect(me).not.toBe("");
    expect(actorWith({})).toBe(`${me}@${hostname()}`);
    expect(actorWith({ USER: "nobody-of-this-name" })).toBe(`${me}@${hostname()}`);
  });

  test("is what WF_ACTOR says, in one line and not without end", () => {
    expect(actorOf({ WF_ACTOR: " ada " })).toBe("ada");
    expect(actorOf({ WF_ACTOR: "a\u001b[31m\nb" })).not.toMatch(/[\u0000-\u001f]/);
    expect(actorOf({ WF_ACTOR: "x".repeat(500) })).toHaveLength(200);
    expect(actorOf({ WF_ACTOR: "  " })).toBe(`${me}@${hostname()}`);
  });

  test("is looked up by the number, not by its place in the text", () => {
    const text = "root:x:0:0::/root:/bin/sh\nten:x:10:1000::/:/bin/sh\n\nada:x:1000:10::/home/ada:/bin/sh\n";
    expect(nameInPasswd(text, 1000)).toBe("ada");
    expect(nameInPasswd(text, 10)).toBe("ten");
    expect(nameInPasswd(text, 100)).toBeUndefined();
    expect(nameInPasswd("", 0)).toBeUndefined();
  });
});
