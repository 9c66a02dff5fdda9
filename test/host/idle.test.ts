/** The moment in which a process has nothing left to do. */
import { expect, test } from "bun:test";
import { spawnScript } from "./spawned.ts";

const BEGIN = `
  import { onIdle } from "SRC/host/idle.ts";
  import { systemTimers as timers } from "SRC/host/timers.ts";
`;

test("comes when only background timers and promises that never settle remain", async () => {
  const { lines, exitCode } = await spawnScript(`${BEGIN}
    timers.after(60_000, () => console.log("background"), { background: true });
    void (async () => { await new Promise(() => {}); })();
    timers.after(10, () => console.log("timer"));
    onIdle(() => console.log("idle"));
  `);
  expect([lines, exitCode]).toEqual([["timer", "idle"], 0]);
});

test("work that a listener sets up goes on, and the next idle moment is told too", async () => {
  const { lines } = await spawnScript(`${BEGIN}
    let release = (): void => {};
    void (async () => {
      await new Promise<void>((resolve) => { release = resolve; });
      console.log("went on");
      await new Promise((resolve) => setTimeout(resolve, 5));
      console.log("and on");
    })();
    let count = 0;
    onIdle(() => {
      console.log("idle", ++count);
      if (count === 1) timers.turn(release);
      if (count === 2) timers.after(1, () => console.log("timer"));
    });
  `);
  expect(lines).toEqual(["idle 1", "went on", "and on", "idle 2", "timer", "idle 3"]);
});

test("is not told to a listener that was cancelled", async () => {
  const { lines } = await spawnScript(`${BEGIN}
    const cancel = onIdle(() => console.log("cancelled"));
    onIdle(() => console.log("kept"));
    cancel();
  `);
  expect(lines).toEqual(["kept"]);
});

test("does not come when the process is told to exit", async () => {
  const { lines, exitCode } = await spawnScript(`${BEGIN} onIdle(() => console.log("idle")); process.exit(3);`);
  expect([lines, exitCode]).toEqual([[], 3]);
});
