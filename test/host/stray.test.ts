/** Errors that were thrown outside every promise that somebody awaits. */
import { expect, test } from "bun:test";
import { spawnScript } from "./spawned.ts";

/** Two contexts, and code that errs in all the ways there are. */
const BEGIN = `
  import { onStrayError, openStrayContext } from "SRC/host/stray.ts";
  const heard: string[] = [];
  const a = openStrayContext((error) => heard.push("a " + error.message));
  const b = openStrayContext((error) => heard.push("b " + error.message));
  const cancel = onStrayError((error) => heard.push("- " + error.message), "/nowhere");
  const round = () => new Promise((resolve) => setImmediate(resolve));
  /** On a busy machine all timers fire in one round: rejections are told in the rounds after it. */
  const rest = async () => {
    for (const ms of [10, 5, 5]) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (let count = 0; count < 3; count++) await round();
    }
  };
`;
const END = `await rest(); for (const line of heard.sort()) console.log(line);`;

const run = async (script: string) => spawnScript(`${BEGIN}${script}${END}`);

test("each way to err reaches the context in which it was set up", async () => {
  const { lines } = await run(`
    const err = (name: string) => {
      const fail = (how: string) => { throw new Error(how); };
      setTimeout(() => fail("timeout"), 1);
      setImmediate(() => fail("immediate"));
      process.nextTick(() => fail("tick"));
      queueMicrotask(() => fail("microtask"));
      Promise.reject(new Error("floating"));
      void (async () => { await 0; fail("async"); })();
      void (async () => { await new Promise((resolve) => setTimeout(resolve, 2)); setTimeout(() => fail("after an await"), 1); })();
    };
    a.run(() => err("a"));
    b.run(() => err("b"));
    err("-");
  `);
  const ways = ["after an await", "async", "floating", "immediate", "microtask", "tick", "timeout"];
  expect(lines).toEqual(["-", "a", "b"].flatMap((who) => ways.map((way) => `${who} ${way}`)));
});

test("a promise counts where it is rejected, so settling inside run attributes it", async () => {
  const { lines } = await run(`
    const inside = Promise.withResolvers(), outside = Promise.withResolvers();
    a.run(() => { void (async () => { await inside.promise; })(); });
    b.run(() => { void outside.promise.then(() => {}); });
    setTimeout(() => { a.run(() => inside.reject(new Error("settled inside"))); outside.reject(new Error("settled outside")); }, 1);
  `);
  expect(lines).toEqual(["- settled outside", "a settled inside"]);
});

test("contexts nest: the inner one is told", async () => {
  const { lines } = await run(`
    a.run(() => { b.run(() => void Promise.reject(new Error("inner"))); Promise.reject(new Error("outer")); });
  `);
  expect(lines).toEqual(["a outer", "b inner"]);
});

test("run gives what the function gives, and throws what it throws, which nobody else hears", async () => {
  const { lines } = await run(`
    heard.push("gives " + a.run(() => 7) + (await a.run(async () => 8)));
    try { a.run(() => { throw new Error("thrown"); }); } catch (error) { heard.push("caught " + error.message); }
    await a.run(async () => { throw new Error("rejected"); }).catch((error) => heard.push("caught " + error.message));
  `);
  expect(lines).toEqual(["caught rejected", "caught thrown", "gives 78"]);
});

test("an error of a listener goes to the process's listeners", async () => {
  const { lines } = await run(`
    const bad = openStrayContext(() => { throw new Error("of the listener"); });
    bad.run(() => void Promise.reject(new Error("x")));
  `);
  expect(lines).toEqual(["- of the listener"]);
});

test("nor to the context in which the listener's own was opened", async () => {
  const { lines } = await run(`
    a.run(() => openStrayContext(() => { throw new Error("of the listener"); }).run(() => void Promise.reject(new Error("x"))));
  `);
  expect(lines).toEqual(["- of the listener"]);
});

test("timers of the host that are set up inside a context are outside of it", async () => {
  const { lines } = await run(`
    const { systemTimers } = await import("SRC/host/timers.ts");
    a.run(() => {
      systemTimers.turn(() => { throw new Error("turn"); });
      systemTimers.after(1, () => { throw new Error("after"); });
      systemTimers.at(Date.now() + 1, () => { throw new Error("at"); });
    });
  `);
  expect(lines).toEqual(["- after", "- at", "- turn"]);
});

test("contexts that nothing refers to are collected, with the code that parked in them", async () => {
  const { lines } = await run(`
    const kept = [];
    for (let count = 0; count < 500; count++) {
      const closure = { big: new Array(1_000).fill(0) };
      kept.push(new WeakRef(closure));
      openStrayContext(() => void closure).run(() => void (async () => { await new Promise(() => {}); closure.big; })());
    }
    for (let round = 0; round < 3; round++) { await rest(); Bun.gc(true); }
    heard.push(kept.filter((ref) => ref.deref() !== undefined).length < 25 ? "collected" : "kept");
  `);
  expect(lines).toEqual(["collected"]);
});

test("while somebody listens such an error does not end the process, and afterwards it does", async () => {
  const { lines, exitCode, stderr } = await spawnScript(`${BEGIN}
    Promise.reject(new Error("first"));
    setTimeout(() => { console.log(heard.join()); cancel(); throw new Error("second"); }, 5);
    setTimeout(() => console.log("not reached"), 5_000);
  `);
  expect([lines, exitCode]).toEqual([["- first"], 1]);
  expect(stderr).toContain("second");
});

test("the file is that of the innermost frame in the project, or null", async () => {
  const { lines } = await spawnScript(`
    import { dirname, basename } from "node:path";
    import { onStrayError } from "SRC/host/stray.ts";
    onStrayError((error, file) => console.log(error?.message ?? error, file), dirname(Bun.main));
    setTimeout(() => { throw new Error("here"); }, 1);
    Promise.reject("text");
  `);
  expect(lines).toEqual(["text null", "here script.ts"]);
});

test("where graphs are missing, run only calls, and the process's listeners are told", async () => {
  const { lines } = await run(`
    const plain = openStrayContext(() => heard.push("context"), null);
    heard.push("gives " + plain.run(() => { Promise.reject(new Error("floating")); return 7; }));
  `);
  expect(lines).toEqual(["- floating", "gives 7"]);
});
