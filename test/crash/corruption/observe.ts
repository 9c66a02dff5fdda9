/**
 * Everything that a reader or a pass would load from a database, as one answer for each question.
 *
 *     list/<id> exec/<id> hist/<id> attempts/<id> logs/<id> events/<id> owner/<id> cancel-asked/<id>     what is read
 *     counts ids latest next-wake last-tick workers                                                      what is read of all
 *     claim/<id>                                                                                         what a sweep hands to a pass
 *
 * An error is an answer too: its code where it is one of the catalogue, else its text behind two exclamation marks.
 */
import { loadPass } from "../../../src/engine/load.ts";
import type { Runtime } from "../../../src/engine/runtime.ts";
import type { Claimed, Store } from "../../../src/engine/store.ts";
import { WfliteError } from "../../../src/model/errors.ts";
import { openSqliteStore } from "../../../src/sqlite/sqlite-store.ts";
import { Machine } from "../../sqlite/machine.ts";
import { worker } from "../../suites/store/samples.ts";
import { FAR, IDS } from "./fixture.ts";

export type Answers = Readonly<Record<string, string>>;

/** What an execution that is shown as damaged gives for an answer. */
export const DAMAGED = "!CORRUPT";
export const ABSENT = "absent";

/** Longer than any answer takes on a busy machine. */
const HANGS_MS = 5_000;

export const codeOf = (error: unknown): string => (error instanceof WfliteError ? `!${error.code}` : `!!${String(error)}`);

const machine = (): Machine => {
  const made = new Machine();
  made.clock.now = FAR;
  return made;
};

/** Whoever else is said to own something is not there: a damaged process id is that of no process. */
export const openDamaged = (file: string, create = true): Promise<Store> => {
  const host = machine().host();
  const liveness: typeof host.liveness = ({ pid }) => (pid === host.self.pid ? "alive" : "dead");
  return openSqliteStore({ file, create, durability: "normal", host: { ...host, liveness } });
};

/** @param isClaiming also what a sweep would take, which writes to the file */
export const observe = async (file: string, isClaiming = true): Promise<Answers> => {
  let store: Store;
  try {
    store = await inTime(openDamaged(file));
  } catch (error) {
    return { open: codeOf(error) };
  }
  const answers: Record<string, string> = { open: "fine" };
  try {
    await ask(store, answers);
    if (isClaiming) await claim(store, answers);
  } finally {
    await inTime(store.close()).catch((error: unknown) => (answers["close"] = codeOf(error)));
  }
  return answers;
};

async function ask(store: Store, answers: Record<string, string>): Promise<void> {
  const say = async (question: string, answer: () => Promise<unknown>): Promise<void> => {
    try {
      answers[question] = JSON.stringify(await inTime(answer())) ?? ABSENT;
    } catch (error) {
      answers[question] = codeOf(error);
    }
  };
  await listed(store, answers);
  for (const id of IDS) {
    await say(`exec/${id}`, () => store.execution(id));
    await say(`hist/${id}`, async () => {
      const history = await store.history(id);
      if (history !== undefined) answers[`attempts/${id}`] = JSON.stringify(history.attempts);
      return history === undefined ? undefined : [history.execution, history.steps];
    });
    answers[`attempts/${id}`] ??= answers[`hist/${id}`] ?? ABSENT;
    await say(`logs/${id}`, () => store.logs(id, 0, 99));
    await say(`owner/${id}`, () => store.ownerOf(id));
    await say(`cancel-asked/${id}`, () => store.isCancelRequested(id));
  }
  for (const name of ["stars", "note"]) await say(`events/${name}`, () => store.pendingEvents("waiter", name));
  await say("counts", () => store.counts({}));
  await say("ids", () => store.idsStartingWith("", 99));
  await say("latest", () => store.latestId());
  await say("next-wake", () => store.nextWakeAt());
  await say("last-tick", () => store.lastTickAt());
  await say("workers", () => store.workers());
  await say("workflow", () => store.workflow("order"));
}

async function listed(store: Store, answers: Record<string, string>): Promise<void> {
  try {
    const list = await inTime(store.list({ limit: 99 }));
    const known = new Map(list.map((record) => [record.id, record]));
    for (const id of IDS) {
      const record = known.get(id);
      if (record === undefined) answers[`list/${id}`] = ABSENT;
      else answers[`list/${id}`] = record.reason === "corrupt" ? DAMAGED : JSON.stringify(record);
      known.delete(id);
    }
    // Under another name, since its name is what was struck.
    answers["strangers"] = [...known.values()].map(({ reason }) => (reason === "corrupt" ? DAMAGED : "sound")).join();
  } catch (error) {
    for (const id of IDS) answers[`list/${id}`] ??= codeOf(error);
  }
}

/** What each execution's next pass would begin with. */
async function claim(store: Store, answers: Record<string, string>): Promise<void> {
  try {
    // As a sweep does: again, as long as something comes. Of those that have panicked, each claim hands out one.
    for (let more = true; more;) {
      const { claimed, blocked } = await inTime(store.claimDue({ worker: worker("w-new"), now: FAR, limit: 99 }));
      for (const { id } of blocked) answers[`claim/${id}`] = DAMAGED;
      for (const one of claimed) answers[`claim/${one.execution.id}`] = await loaded(store, one);
      more = claimed.length + blocked.length > 0;
    }
    for (const id of IDS) answers[`claim/${id}`] ??= ABSENT;
  } catch (error) {
    for (const id of IDS) answers[`claim/${id}`] = codeOf(error);
  }
}

async function loaded(store: Store, claimed: Claimed): Promise<string> {
  const definition = { definition: undefined, file: "", sourceHash: "" };
  const runtime = { store, clock: { now: () => FAR }, definition: () => Promise.resolve(definition) } as unknown as Runtime;
  try {
    const loading = await inTime(loadPass(runtime, claimed));
    if ("blocked" in loading) return loading.blocked.reason === "corrupt" ? DAMAGED : JSON.stringify(loading.blocked);
    const { execution, pass, cancel } = claimed;
    return JSON.stringify({ pass, cancel, execution, input: loading.loaded.input, steps: loading.loaded.steps });
  } catch (error) {
    return codeOf(error);
  }
}

const inTime = async <T>(promise: Promise<T>): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs: no answer within ${HANGS_MS} ms`)), HANGS_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
