/** `wf prune` as a whole command: what it asks for, what it says, and what it refuses. */
import { describe, expect, test } from "bun:test";
import type { PruneOptions, PruneView } from "../../../src/model/clients/retention.ts";
import { wf } from "../harness.ts";

const clientOf = (given: Partial<PruneView> = {}) => {
  const asked: Omit<PruneOptions, "signal">[] = [];
  const retention = {
    prune: ({ signal: _, ...options }: PruneOptions): Promise<PruneView> => {
      asked.push(options);
      const { dryRun = false, purge = false } = options;
      return Promise.resolve({
        ...{ removed: 3, statuses: { completed: 2, failed: 1, cancelled: 0 }, dryRun },
        purged: purge,
        complete: true,
        ...given,
      });
    },
  };
  return { asked, client: { retention } };
};

describe("wf prune", () => {
  test("passes on what it was told, and says how many of each went", async () => {
    const { client, asked } = clientOf();
    const all = "prune --older-than 30d --status completed,failed --workflow signup --keep 5 --purge";
    const { code, stdout, stderr } = await wf(all, { client });
    expect([code, stdout, stderr]).toEqual([0, "3 executions removed: 2 completed, 1 failed\n", ""]);
    expect(asked).toEqual([
      { olderThan: 30 * 86_400_000, statuses: ["completed", "failed"], workflow: "signup", keep: 5, purge: true, dryRun: false },
    ]);
  });

  test("as a dry run says what would go", async () => {
    const { client, asked } = clientOf();
    const { stdout, stderr } = await wf("prune --keep 5 --dry-run", { client });
    expect([stdout, stderr]).toEqual(["3 executions would be removed: 2 completed, 1 failed\n", "dry run: nothing was removed\n"]);
    expect(asked).toMatchObject([{ keep: 5, dryRun: true }]);
    const none = clientOf({ removed: 0, statuses: { completed: 0, failed: 0, cancelled: 0 } });
    expect(await wf("prune --older-than 1d", none)).toMatchObject({ stdout: "", stderr: "" });
    expect((await wf("prune --older-than 1d", { ...none, stderrIsTerminal: true })).stderr).toBe("0 executions removed\n");
  });

  test("asks the person at the terminal first, and removes nothing without a yes", async () => {
    const asking = async (answer: string, line = "prune --older-than 1d", given: Partial<PruneView> = {}) => {
      const { client, asked } = clientOf(given);
      const questions: string[] = [];
      const ran = await wf(line, { client, answer: (question) => (questions.push(question), answer) });
      return { ...ran, questions, real: asked.filter(({ dryRun }) => dryRun !== true).length };
    };
    expect(await asking("n\n")).toMatchObject({ code: 2, questions: ["remove 3 executions for good? [y/N] "], real: 0 });
    expect(await asking("")).toMatchObject({ code: 2, real: 0 });
    expect(await asking("y\n")).toMatchObject({ code: 0, real: 1, stdout: "3 executions removed: 2 completed, 1 failed\n" });
    expect(await asking("n\n", "prune --older-than 1d --yes")).toMatchObject({ code: 0, questions: [], real: 1 });
    expect(await asking("n\n", "prune --older-than 1d --dry-run")).toMatchObject({ code: 0, questions: [], real: 0 });
    expect(await asking("n\n", "prune --older-than 1d", { removed: 0 })).toMatchObject({ code: 0, questions: [], real: 1 });
  });

  test("as JSON is one document", async () => {
    const { stdout } = await wf("prune --older-than 0s --json", clientOf());
    expect(JSON.parse(stdout)).toEqual({
      ...{ removed: 3, statuses: { completed: 2, failed: 1, cancelled: 0 }, dryRun: false, purged: false, complete: true },
    });
  });

  test("warns when the purge was kept from the WAL, and says so when it ended early", async () => {
    const kept = await wf("prune --older-than 0s --purge", clientOf({ purged: false }));
    expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining("another process reads the database")]);
    expect((await wf("prune --older-than 0s --purge", clientOf({ complete: false, purged: false }))).stderr).toBe(
      "ended early: run it again for the rest\n",
    );
  });

  test.each([
    ["prune", "What is to be removed?"],
    ["prune --status failed", "What is to be removed?"],
    ["prune --older-than soon", "--older-than"],
    ["prune --older-than 1d --status running", "--status takes completed, failed, cancelled"],
    ["prune --keep 0", "--keep takes a whole number from 1"],
  ])("%s is refused with 2, and nothing is removed", async (line, problem) => {
    const { client, asked } = clientOf();
    const { code, stderr } = await wf(line, { client });
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(asked).toEqual([]);
  });
});
