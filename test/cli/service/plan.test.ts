/** What a service is made of: names, words and lines, as the syntaxes they go into want them. */
import { describe, expect, test } from "bun:test";
import { cron } from "../../../src/cli/service/cron.ts";
import { type PlanParts, serviceName, servicePlan } from "../../../src/cli/service/plan.ts";
import { cronEscaped, shQuoted, systemdQuoted, xmlText } from "../../../src/cli/service/quoting.ts";
import { ownershipOf, sealed } from "../../../src/cli/service/seal.ts";

const parts = (more: Partial<PlanParts> = {}): PlanParts => ({
  ...{
    root: "/srv/shop",
    databaseFile: "/srv/shop/.wf.db",
    envFiles: [],
    daemonOptions: [],
    graceMs: 10_000,
    path: "/opt/x:relative::/bin",
  },
  ...more,
});

describe("a plan", () => {
  test("names the project, and the database where it lies elsewhere", () => {
    expect(servicePlan(parts()).place).toEqual(["--dir", "/srv/shop"]);
    expect(servicePlan(parts({ databaseFile: "/data/a.db", envFiles: ["/srv/.env"] })).place).toEqual([
      ...["--dir", "/srv/shop", "--db", "/data/a.db"],
      ...["--env-file", "/srv/.env"],
    ]);
  });

  test("has absolute places of programs alone, Bun's first and those of every machine last", () => {
    const { path } = servicePlan(parts());
    expect(path.slice(1)).toEqual(["/opt/x", "/usr/local/bin", "/usr/bin", "/bin"]);
    expect(process.execPath).toStartWith(`${path[0]}/`);
  });

  test("is refused where a path cannot be written down", () => {
    expect(() => servicePlan(parts({ root: "/srv/a\nb" }))).toThrow("control character");
    expect(() => servicePlan(parts({ envFiles: ["/a\u0000b"] }))).toThrow("control character");
  });

  test("has the name of its folder, and another one for another database", () => {
    expect(serviceName("/srv/My Shop!", "/a")).toMatch(/^wf-my-shop-[0-9a-f]{8}$/);
    expect(serviceName("/", "/a")).toMatch(/^wf-[0-9a-f]{8}$/);
    expect(serviceName("/srv/shop", "/a")).toBe(serviceName("/srv/shop", "/a"));
    expect(serviceName("/srv/shop", "/a")).not.toBe(serviceName("/srv/shop", "/b"));
    expect(serviceName("/srv/shop", "/a")).not.toBe(serviceName("/opt/shop", "/a"));
  });
});

describe("a line of crontab", () => {
  const many = Array.from({ length: 100 }, (_, n) => `/opt/programs-${n}/bin`).join(":");

  test("is not longer than cron reads, and keeps what every machine has", () => {
    const line = cron.text(servicePlan(parts({ path: many })));
    expect(line.length).toBeLessThan(1_000);
    expect(line).toContain("/opt/programs-0/bin:");
    expect(line).not.toContain("/opt/programs-99/bin");
    expect(line).toMatch(/:\/usr\/local\/bin:\/usr\/bin:\/bin'? /);
  });

  test("is counted in bytes, as cron does", () => {
    const line = cron.text(servicePlan(parts({ path: many.replaceAll("programs", "プログラム") })));
    expect(Buffer.byteLength(line)).toBeLessThan(1_000);
    expect(line).toContain("/opt/プログラム-0/bin:");
  });

  test("is refused where the paths of the project alone are too long", () => {
    expect(() => cron.text(servicePlan(parts({ root: `/${"a".repeat(400)}` })))).toThrow("too long");
  });
});

test.each([
  ["sh", shQuoted("it's"), "'it'\\''s'"],
  ["a command of systemd", systemdQuoted('a "b" \\ 5% $X\n', { isCommand: true }), '"a \\"b\\" \\\\ 5%% $$X\\n"'],
  ["a variable of systemd", systemdQuoted("$X 5%", { isCommand: false }), '"$X 5%%"'],
  ["crontab", cronEscaped("date +%s"), "date +\\%s"],
  ["XML", xmlText('<a> & "b"'), '&lt;a&gt; &amp; "b"'],
])("%s takes a word as it was meant", (_, written, expected) => expect(written).toBe(expected));

test("a mark tells what is ours from what was changed and from what is not ours", () => {
  const without = (text: string): string => text.replace(/^#.*\n/, "");
  const text = sealed("a\nb\n", (mark) => `# ${mark}\na\nb\n`);
  expect(ownershipOf(text, without)).toBe("ours");
  expect(ownershipOf(text.replace("a\nb", "a\nc"), without)).toBe("changed");
  expect(ownershipOf("a\nb\n", without)).toBe("foreign");
});
