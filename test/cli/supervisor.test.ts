import { describe, expect, test } from "bun:test";
import {
  type Action,
  beginSupervision,
  decide,
  type Happening,
  type Settings,
  type Supervision,
  TICK_MS,
  type WorkerExit,
} from "../../src/cli/supervisor.ts";

const SETTINGS: Settings = { graceMs: 10_000, hungAfterMs: 60_000 };
const CRASH: WorkerExit = { code: 1, signal: null };
const KILLED: WorkerExit = { code: null, signal: "SIGKILL" };

/** Lets things happen one after the other, and keeps what was decided. */
class Story {
  state: Supervision;
  actions: Action[];
  constructor() {
    const { next, actions } = beginSupervision();
    this.state = next;
    this.actions = [...actions];
  }
  happen(happening: Happening): this {
    const { next, actions } = decide(this.state, happening, SETTINGS);
    this.state = next;
    this.actions.push(...actions);
    return this;
  }
  /** Beats come, unless the worker is silent. */
  pass(ms: number, isSilent = false): this {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      if (!isSilent) this.happen({ type: "heard" });
      this.happen({ type: "tick" });
    }
    return this;
  }
  exit(exit: WorkerExit): this {
    return this.happen({ type: "exited", exit });
  }
  /** What was decided since the last look, in short. */
  get told(): readonly string[] {
    const told = this.actions.map((action) => {
      if (action.type === "log") return action.event.event;
      return action.type === "end" ? `end ${action.code}` : action.type.toUpperCase();
    });
    this.actions = [];
    return told;
  }
}

const served = (): Story => {
  const story = new Story().happen({ type: "heard" });
  expect(story.told).toEqual(["SPAWN"]);
  return story;
};

describe("a worker that dies", () => {
  test("is started again at once, then after 1, 2, 4, 8, 16 and at most 30 s", () => {
    const story = served();
    expect(story.exit(CRASH).told).toEqual(["exited", "SPAWN"]);
    for (const delayMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]) {
      expect(story.exit(CRASH).told).toEqual(["exited"]);
      expect(story.pass(delayMs - TICK_MS).told).toEqual([]);
      expect(story.pass(TICK_MS).told).toEqual(["SPAWN"]);
    }
  });

  test("tells in how long it is started again", () => {
    const story = served();
    story.exit(CRASH).exit(CRASH);
    expect(
      story.actions.flatMap((action) => (action.type === "log" && action.event.event === "exited" ? [action.event.restartInMs] : [])),
    ).toEqual([0, 1_000]);
  });

  test("after a minute of work is started at once again, a moment before it is not", () => {
    const sound = served().exit(CRASH).exit(CRASH).pass(1_000).pass(60_000);
    sound.told;
    expect(sound.exit(CRASH).told).toEqual(["exited", "SPAWN"]);
    const shortLived = served()
      .exit(CRASH)
      .exit(CRASH)
      .pass(1_000)
      .pass(60_000 - 2 * TICK_MS);
    shortLived.told;
    expect(shortLived.exit(CRASH).told).toEqual(["exited"]);
  });

  test("before any worker has worked, and says that it never can, ends the daemon with its code", () => {
    for (const code of [2, 4, 8]) expect(new Story().exit({ code, signal: null }).told).toEqual(["SPAWN", `end ${code}`]);
  });

  test("with such a code once one has worked, or with any other, is started again", () => {
    expect(served().exit({ code: 8, signal: null }).told).toEqual(["exited", "SPAWN"]);
    for (const exit of [CRASH, KILLED, { code: 0, signal: null }])
      expect(new Story().exit(exit).told).toEqual(["SPAWN", "exited", "SPAWN"]);
  });
});

describe("a worker that hangs", () => {
  test("is killed after a minute without a heartbeat, and another is started once it has ended", () => {
    const story = served();
    expect(story.pass(60_000 - TICK_MS, true).told).toEqual([]);
    expect(story.pass(TICK_MS, true).told).toEqual(["hung", "KILL"]);
    expect(story.pass(60_000, true).told).toEqual([]);
    expect(story.exit(KILLED).told).toEqual(["exited", "SPAWN"]);
  });

  test("lives on when a heartbeat comes in time", () => {
    const story = served()
      .pass(60_000 - TICK_MS, true)
      .happen({ type: "heard" });
    expect(story.pass(60_000 - TICK_MS, true).told).toEqual([]);
  });
});

describe("workflow files that change", () => {
  test("make the worker drain, and a new one starts when it has ended", () => {
    const story = served().happen({ type: "files-changed" });
    expect(story.told).toEqual(["outdated", "TERMINATE"]);
    expect(story.pass(5_000).told).toEqual([]);
    expect(story.exit({ code: 0, signal: null }).told).toEqual(["SPAWN"]);
  });

  test("again while it drains change nothing: the new worker reads them anyway", () => {
    const story = served().happen({ type: "files-changed" }).happen({ type: "files-changed" });
    expect(story.told).toEqual(["outdated", "TERMINATE"]);
  });

  test("start a worker at once that waits for its restart: they may be the cure", () => {
    const story = served().exit(CRASH).exit(CRASH);
    story.told;
    expect(story.happen({ type: "files-changed" }).told).toEqual(["outdated", "SPAWN"]);
  });

  test("do not count as a failure", () => {
    const story = served().happen({ type: "files-changed" }).exit({ code: 0, signal: null });
    story.told;
    expect(story.exit(CRASH).told).toEqual(["exited", "SPAWN"]);
  });
});

describe("grace", () => {
  test("over means a kill, once", () => {
    const story = served().happen({ type: "files-changed" });
    story.told;
    expect(story.pass(SETTINGS.graceMs - TICK_MS, true).told).toEqual([]);
    expect(story.pass(TICK_MS, true).told).toEqual(["killed", "KILL"]);
    expect(story.pass(SETTINGS.graceMs, true).told).toEqual([]);
    expect(story.exit(KILLED).told).toEqual(["exited", "SPAWN"]);
  });
});

describe("told to stop", () => {
  const stop: Happening = { type: "stop", signal: "SIGTERM" };

  test("it lets the worker drain and ends with it", () => {
    const story = served().happen(stop);
    expect(story.told).toEqual(["stopping", "TERMINATE"]);
    expect(story.exit({ code: 0, signal: null }).told).toEqual(["stopped", "end null"]);
  });

  test("it kills a worker that does not end, and then ends", () => {
    const story = served().happen(stop).pass(SETTINGS.graceMs, true);
    expect(story.told).toEqual(["stopping", "TERMINATE", "killed", "KILL"]);
    expect(story.exit(KILLED).told).toEqual(["stopped", "end null"]);
  });

  test("while an outdated worker drains, it starts no new one", () => {
    const story = served().happen({ type: "files-changed" }).happen(stop);
    expect(story.exit({ code: 0, signal: null }).told).toEqual(["outdated", "TERMINATE", "stopping", "stopped", "end null"]);
  });

  test("while a hung worker is being killed, it starts no new one", () => {
    const story = served().pass(60_000, true).happen(stop);
    expect(story.exit(KILLED).told).toEqual(["hung", "KILL", "stopping", "stopped", "end null"]);
  });

  test("while none runs, it ends at once", () => {
    const story = served().exit(CRASH).exit(CRASH);
    story.told;
    expect(story.happen(stop).told).toEqual(["stopping", "stopped", "end null"]);
  });

  test("nothing that happens afterwards matters", () => {
    const story = served().happen(stop).exit(CRASH);
    story.told;
    for (const happening of [
      stop,
      { type: "tick" },
      { type: "heard" },
      { type: "files-changed" },
      { type: "exited", exit: CRASH },
    ] as const)
      story.happen(happening);
    expect(story.told).toEqual([]);
  });
});

test("there is never more than one worker, whatever happens in whatever order", () => {
  const happenings: readonly Happening[] = [
    { type: "tick" },
    { type: "heard" },
    { type: "files-changed" },
    { type: "exited", exit: CRASH },
    { type: "exited", exit: KILLED },
    { type: "stop", signal: "SIGTERM" },
  ];
  for (let seed = 1; seed <= 300; seed++) {
    const story = new Story();
    let random = seed;
    let alive = 0;
    for (let turn = 0; turn < 300; turn++) {
      for (const action of story.actions) if (action.type === "spawn") alive++;
      story.actions = [];
      expect([seed, turn, alive <= 1]).toEqual([seed, turn, true]);
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      const happening = happenings[Math.floor((random / 2_147_483_648) * (turn > 250 ? 6 : 5))] ?? { type: "tick" };
      // Only a worker that lives can be heard or end.
      if ((happening.type === "exited" || happening.type === "heard") && alive === 0) continue;
      if (happening.type === "exited") alive--;
      story.happen(happening);
    }
  }
});
