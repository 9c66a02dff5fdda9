/**
 * What every store owes the engine, as tests written against the port alone. One file for each topic; `storeSuite` runs them all.
 *
 * An adapter's own test calls it with a way to open a fresh store. Clocks and the liveness of processes are the test's to set, so nothing
 * sleeps.
 */
import { afterEach, describe } from "bun:test";
import type { Store } from "../../src/engine/store.ts";
import { cancelSuite } from "./store/cancel.ts";
import { claimSuite } from "./store/claim.ts";
import { createSuite } from "./store/create.ts";
import { damageSuite } from "./store/damage.ts";
import { eventsSuite } from "./store/events.ts";
import { lettingGoSuite } from "./store/letting-go.ts";
import { operationsSuite } from "./store/operations.ts";
import { placesSuite } from "./store/places.ts";
import { prioritySuite } from "./store/priority.ts";
import { readSuite } from "./store/read.ts";
import { recoverySuite } from "./store/recovery.ts";
import { sourcesSuite } from "./store/sources.ts";
import { submitSuite } from "./store/submit.ts";

export interface OpenedStore {
  readonly store: Store;
  /** Read by every store of this opening; set by the test. */
  readonly clock: { now: number; boot: number };
  /** The same data, as another process of this machine opens it. */
  another(pid: number): Promise<Store>;
  /** What is known of a process from now on. All are alive at first. */
  setLiveness(pid: number, liveness: "alive" | "dead" | "unknown"): void;
  /** Changes one stored byte behind the store's back. */
  damageExecution(id: string): void;
  damageStep(id: string, name: string): void;
  close(): Promise<void>;
}

/** Opens a store; it is closed after the test. */
export type Open = () => Promise<OpenedStore>;

export function storeSuite(name: string, open: Open): void {
  const opened: OpenedStore[] = [];
  const tracked: Open = async () => {
    const one = await open();
    opened.push(one);
    return one;
  };
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });
  describe(name, () => {
    for (const suite of [
      submitSuite,
      createSuite,
      claimSuite,
      recoverySuite,
      cancelSuite,
      eventsSuite,
      readSuite,
      damageSuite,
      placesSuite,
      operationsSuite,
      lettingGoSuite,
      prioritySuite,
      sourcesSuite,
    ])
      suite(tracked);
  });
}
