/** What is offered, over names that stand in a list instead of a database. */
import { describe, expect, test } from "bun:test";
import { candidatesFor, type Wanted } from "../../../src/cli/completion/candidates.ts";
import { complete } from "../../../src/cli/completion/complete.ts";
import type { ProjectNames } from "../../../src/open-names.ts";

interface One {
  readonly id: string;
  readonly workflow?: string;
  readonly status?: string;
}

type Stored = NonNullable<ProjectNames["stored"]>;

/** The later in the list the newer. */
const project = (executions: readonly One[], more: Partial<Stored> = {}, written: readonly string[] = []): ProjectNames => {
  const all = executions.map(({ id, workflow = "w", status = "completed" }) => ({ id, workflow, status }));
  const newest = all.toReversed();
  const sorted = all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const within = (start: string, end: string) => sorted.filter(({ id }) => id >= start && id < end);
  return {
    written: () => written,
    stored: {
      newest: (limit) => newest.slice(0, limit),
      newestOf: (status, limit) => newest.filter((one) => one.status === status).slice(0, limit),
      from: (start, end, limit) => within(start, end).slice(0, limit),
      lastOf: (start, end) => within(start, end).at(-1),
      workflows: () => [...new Set(all.map(({ workflow }) => workflow))],
      ...{ steps: () => [], approvals: () => [], lastInput: () => undefined, close: () => {}, ...more },
    },
  };
};

const ids = (names: ProjectNames, text: string, wanted: Partial<Wanted> = {}): readonly string[] =>
  candidatesFor({ placeholder: "id", flag: undefined, text, args: [], command: "status", ...wanted }, names, undefined).map(
    ({ value }) => value,
  );

describe("ids", () => {
  const few = project([{ id: "a-1", status: "failed" }, { id: "a-2", status: "sleeping" }, { id: "b-1" }]);

  test("are the newest first, and those that the command can do something with where there are such", () => {
    expect(ids(few, "")).toEqual(["@last", "b-1", "a-2", "a-1"]);
    expect(ids(few, "", { command: "retry" })).toEqual(["@last", "a-1"]);
    expect(ids(few, "", { command: "restart" })).toEqual(["@last", "b-1", "a-2", "a-1"]);
  });

  test("begin with what was typed, whatever their state, and stand on the line once", () => {
    expect(ids(few, "a", { command: "retry" })).toEqual(["a-1", "a-2"]);
    expect(ids(few, "a", { args: ["a-1"] })).toEqual(["a-2"]);
    expect(ids(few, "@")).toEqual(["@last"]);
    expect(ids(few, "x")).toEqual([]);
  });

  test("are none in a project where nothing has run, nor is there a last one", () => {
    expect(ids(project([]), "")).toEqual([]);
    expect(ids({ stored: undefined, written: () => [] }, "")).toEqual([]);
  });

  test("of approvals come first where one is to be decided", () => {
    const asking = project([{ id: "a-1" }, { id: "a-2" }], { approvals: () => [{ executionId: "a-1", name: "refund" }] });
    expect(ids(asking, "", { command: "approve" })).toEqual(["a-1"]);
    expect(ids(asking, "a-2", { command: "approve" })).toEqual(["a-2"]);
  });

  test("too many for a list agree in no more than all that there are agree in", () => {
    let seed = 7;
    const draw = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const made = Array.from(
      { length: 4_000 },
      () => `${["order", "order-item", "signup"][Math.floor(draw() * 3)]}-${Math.floor(draw() * 32 ** 3).toString(32)}`,
    );
    const names = project([...new Set(made)].map((id) => ({ id })));
    for (const text of ["o", "order", "order-", "order-i", "order-1", "order-item-", "s", "signup-f"]) {
      const all = made.filter((id) => id.startsWith(text));
      const offered = ids(names, text);
      expect([text, common(offered), offered.length <= 200]).toEqual([text, common(all), true]);
      expect(offered.every((id) => all.includes(id))).toBe(true);
    }
  });
});

const common = (words: readonly string[]): string => {
  const [first = ""] = words;
  let length = first.length;
  while (!words.every((word) => word.startsWith(first.slice(0, length)))) length--;
  return first.slice(0, length);
};

describe("a line", () => {
  const at = { scope: "", status: "completed" };
  const steps = [
    { ...at, kind: "step", name: "send mail", n: 1 },
    { ...at, kind: "event", name: "paid", n: 1, status: "waiting" },
  ];
  const names = project([{ id: "w-1" }], { steps: () => steps, lastInput: () => '{"email":"x","a b":1}' }, ["later"]);
  const lines = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await complete({ words, names: () => names }))
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t")[0] ?? "");

  test.each([
    [["hist"], ["words", "history"]],
    [
      ["-q", "hist"],
      ["words", "history"],
    ],
    [
      ["--dir", "x", "hist"],
      ["words", "history"],
    ],
    [["daemon-w"], ["words"]],
    [["nonsense", ""], ["words"]],
    [
      ["help", "exit"],
      ["words", "exit-codes"],
    ],
    [
      ["run", ""],
      ["words", "later", "w"],
    ],
    [
      ["run", "w", ""],
      ["words", "email="],
    ],
    [["run", "w", "email=1", ""], ["words"]],
    [
      ["resolve", "w-1", "s"],
      ["words", "send mail"],
    ],
    [
      ["fork", "w-1", "--from", "s"],
      ["words", "send mail"],
    ],
    [
      ["fork", "w-1", "--set", "s"],
      ["words", "send mail="],
    ],
    [
      ["send", "w-1", ""],
      ["words", "paid"],
    ],
    [
      ["status", "--status", "failed,ca"],
      ["words", "failed,cancelled"],
    ],
    [
      ["status", "--workflow", "l"],
      ["words", "later"],
    ],
    [
      ["status", "--outp"],
      ["words", "--output"],
    ],
    [
      ["-o", "js"],
      ["words", "json", "jsonl"],
    ],
    [
      ["db", "re"],
      ["words", "repair"],
    ],
    [
      ["resume", "w-1", "--code=o"],
      ["words", "--code=original"],
    ],
    [
      ["new", "--template", "sa"],
      ["words", "saga"],
    ],
    [["new", "x"], ["words"]],
    [
      ["completion", "z"],
      ["words", "zsh"],
    ],
    [["import", "x"], ["files"]],
    [["--db=x"], ["files", "--db="]],
    [["init", ""], ["folders"]],
    [
      ["init", "-o", ""],
      ["words", "text", "json", "jsonl"],
    ],
    [
      ["graph", ""],
      ["words", "later", "w", "@last", "w-1"],
    ],
    [
      ["graph", "--format", "d"],
      ["words", "dot"],
    ],
    [["step", "x", "--", "st"], ["words"]],
  ])("%j is answered by %j", async (words, expected) => expect(await lines(...words)).toEqual(expected));

  test("gives nothing that a terminal would act on", async () => {
    const wild = project([{ id: "w-1", workflow: "\u001b[31m" }], {
      steps: () => [{ ...at, kind: "step", name: "a\u001b]0;x\u0007", n: 1 }],
    });
    expect(await complete({ words: ["resolve", "w-1", ""], names: () => wild })).toBe("words\n");
    expect(await complete({ words: ["why", "w"], names: () => wild })).toBe("words\nw-1\t\\x1b[31m completed\n");
  });

  test("asks the project that it names", async () => {
    const places: unknown[] = [];
    const asking = (...words: readonly string[]) => complete({ words, names: (place) => (places.push(place), names) });
    await asking("--dir", "shop", "why", "");
    await asking("why", "--db=x.db", "");
    await asking("why", "w");
    expect(places).toEqual([{ dir: "shop" }, { db: "x.db" }, {}]);
  });
});
