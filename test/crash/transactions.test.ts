/**
 * Goal: a transaction step is done exactly once, wherever its process dies: above all between the commit of the user's database and the
 * record of the step.
 *
 * Method: a program whose steps are transactions is killed before its first write, before its second, and so on; with PostgreSQL also
 * before all that it sends to the server and reads from it. Right after the blow the user's rows and the records of them must agree; then
 * the execution is recovered, and every payment must be there once, as the execution says.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { describePostgres, PostgresServer } from "../transactions/server.ts";
import { type Blow, describeTraced, WRITING_CALLS } from "./points/strike.ts";
import { type Outcome, type Series, sweep } from "./points/sweep.ts";
import { RIG_TIMEOUT_MS, tiered } from "./tier.ts";
import { Rig, type ShopIn } from "./transactions/rig.ts";

/** Its first writes make the files that index the WAL, before any transaction. */
const INDEX_WRITES = 8;

interface Deaths extends Omit<Series, "kinds" | "name"> {
  readonly before: readonly string[];
}

describeTraced("a transaction whose process is killed", () => {
  const rig = new Rig();
  afterAll(() => rig.remove());

  const isDoneOnce = async (shop: ShopIn, deaths: readonly Deaths[], least: { points: number; between: number }): Promise<void> => {
    rig.between = 0;
    let points = 0;
    for (const { before, ...series } of deaths) {
      const kinds = before.map((syscall) => ({ syscall, effect: "signal=SIGKILL" }) as const);
      const swept = await sweep({ name: "killed", kinds, ...series }, (blow) => rig.crash(shop, blow));
      expect(swept.wrong).toEqual([]);
      points += swept.points;
    }
    expect(points).toBeGreaterThanOrEqual(least.points);
    expect(rig.between).toBeGreaterThanOrEqual(least.between);
  };

  /** The first finding is enough. */
  const isFoundToBeDoneTwice = async (shop: ShopIn, { before: [syscall = ""], ...series }: Deaths): Promise<void> => {
    let found = "";
    const crash = async (blow: Blow): Promise<Outcome> => {
      if (found !== "") return { wasHit: false, wrong: [] };
      const outcome = await rig.crash(shop, blow, true);
      if (outcome.wrong.some((what) => what.includes("2 times"))) found = outcome.wrong.join("\n");
      return outcome;
    };
    const { wrong } = await sweep({ name: "apart", kinds: [{ syscall, effect: "signal=SIGKILL" }], ...series }, crash);
    if (found === "") expect(wrong).toEqual(["a payment is there twice"]); // shows what else was wrong
    expect(found).toMatch(/payment "\w+" is \d, its record says $/m);
    expect(found).toMatch(/payment "\w+" is there 2 times/);
  };

  describe("in SQLite", () => {
    const shopWith =
      (journal: "wal" | "delete"): ShopIn =>
      (folder) => ({ kind: "sqlite", file: `${folder}/shop.db`, journal });

    test(
      "is done exactly once",
      () =>
        isDoneOnce(shopWith("wal"), [{ before: ["pwrite64"], from: 2 * INDEX_WRITES + 1 }, { before: ["fsync"] }], {
          points: 60,
          between: 8,
        }),
      RIG_TIMEOUT_MS,
    );
    test(
      "is done exactly once with a rollback journal, too",
      () =>
        isDoneOnce(shopWith("delete"), [{ before: WRITING_CALLS, stride: tiered({ ci: 4, night: 1, soak: 1 }) }], {
          points: 25,
          between: 4,
        }),
      RIG_TIMEOUT_MS,
    );
    test(
      "is found to be done twice when its record is a commit of its own",
      () => isFoundToBeDoneTwice(shopWith("wal"), { before: ["pwrite64"], from: 2 * INDEX_WRITES + 1 }),
      RIG_TIMEOUT_MS,
    );
  });

  describePostgres("in PostgreSQL", () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await PostgresServer.start()));
    afterAll(() => server.remove());
    const shop: ShopIn = (_, point) => ({ kind: "postgres", socket: server.socket, schema: `point_${point}` });

    test(
      "is done exactly once",
      () =>
        isDoneOnce(
          shop,
          [
            { before: ["sendto", "recvfrom"] },
            { before: ["pwrite64"], from: INDEX_WRITES + 1, stride: tiered({ ci: 2, night: 1, soak: 1 }) },
          ],
          {
            points: 60,
            // How many points fall between the two depends on how the messages of both sides are cut.
            between: 2,
          },
        ),
      RIG_TIMEOUT_MS,
    );
    test(
      "is found to be done twice when its record is a commit of its own",
      () => isFoundToBeDoneTwice(shop, { before: ["sendto"] }),
      RIG_TIMEOUT_MS,
    );
  });
});
