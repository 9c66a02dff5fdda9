/** The outputs of commands of what is removed: they go after it, and none of an execution that is there. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { OutputFiles } from "../../src/engine/host.ts";
import { removeAll } from "../../src/engine/retention/removing.ts";
import { UNUSED_STATEMENTS } from "../../src/sqlite/unused-ids.ts";
import { execution, NOW, owned, worker } from "../suites/store/samples.ts";
import { all, DAY_MS, Ended } from "./ended.ts";

let at: Ended;
beforeEach(async () => {
  at = await Ended.open();
});
afterEach(() => at.close());

/** Folders by their names. */
class Folders implements OutputFiles {
  readonly names: Set<string>;
  isClear = true;
  constructor(names: readonly string[]) {
    this.names = new Set(names);
  }
  having(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => this.names.has(id));
  }
  ignoresCase(_: string): boolean {
    return false;
  }
  setAside(ids: readonly string[]): void {
    for (const id of ids) this.names.delete(id);
    this.isClear = false;
  }
  async clear(): Promise<void> {
    this.isClear = true;
  }
}

const removeWith = (outputFiles: OutputFiles) => removeAll({ ...at.removing(), outputFiles }, all(NOW - 30 * DAY_MS));

test("go, those of a long history and of children, too, and what stays keeps its own", async () => {
  await at.over("old", 40);
  await at.over("long", 40, {}, 3_000);
  await at.over("child", 40, { parentId: "long" });
  await at.over("young", 1);
  await owned(at.store, "running", worker("w1"), { createdAt: NOW - 90 * DAY_MS });
  const folders = new Folders(["old", "long", "child", "young", "running", "of another database"]);
  expect((await removeWith(folders)).gone.completed).toBe(3);
  expect([[...folders.names], folders.isClear]).toEqual([["young", "running", "of another database"], true]);
});

test("of an id that was taken anew meanwhile stay", async () => {
  await at.over("old", 40);
  await at.over("other", 40);
  const folders = new (class extends Folders {
    override having(ids: readonly string[]): readonly string[] {
      // As another process does it, right after the rows are deleted.
      at.sql("UPDATE executions SET id = 'old' WHERE id = 'spare'");
      return super.having(ids);
    }
  })(["old", "other"]);
  await at.store.create(execution("spare", { createdAt: NOW }), {});
  await removeWith(folders);
  expect([await at.left(), [...folders.names]]).toEqual([["old"], ["old"]]);
});

describe("an id is unused", () => {
  const unused = async (ids: readonly string[], ignoringCase = false): Promise<readonly string[]> => {
    let found: readonly string[] = [];
    await at.store.retention.whileUnused(ids, (these) => (found = these), { ignoringCase });
    return found;
  };

  test("when no execution has it, in capitals either where those make no difference", async () => {
    await at.over("Job-1", 40);
    expect(await unused(["Job-1", "job-1", "job-2"])).toEqual(["job-1", "job-2"]);
    expect(await unused(["Job-1", "job-1", "job-2"], true)).toEqual(["job-2"]);
  });

  test("not while it is damaged, or being removed", async () => {
    await at.over("damaged", 40);
    await at.over("half", 40);
    at.sql("UPDATE executions SET created_at = created_at + 1 WHERE id = 'damaged'");
    at.sql("UPDATE executions SET removed = 0x72656d6f76656421 WHERE id = 'half'");
    expect(await unused(["damaged", "half"])).toEqual([]);
  });

  test("and nobody can take it meanwhile", async () => {
    await at.store.retention.whileUnused(
      ["a"],
      () => expect(() => at.sql("INSERT INTO meta (key, value) VALUES ('a', 'b')")).toThrow("locked"),
      { ignoringCase: false },
    );
  });

  test("by the index of ids", () => {
    const plan = at.sql<{ detail: string }>(`EXPLAIN QUERY PLAN ${UNUSED_STATEMENTS.used.replace("$ids", "'[]'")}`);
    expect(plan.map(({ detail }) => detail).join("\n")).toMatch(/SEARCH executions USING .*INDEX \S+ \(id=\?\)/);
  });
});
