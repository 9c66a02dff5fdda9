/**
 * This process as an owner of executions: registered before its first claim, with a heartbeat for all its leases, and an eye on what others
 * ask of the executions it owns.
 */
import type { WorkerRecord, WorkerRole } from "../model/records.ts";
import type { Cancel, Host } from "./host.ts";
import type { Store } from "./store.ts";

/** A third of the lease, so that two lost heartbeats do not lose it. */
const HEARTBEAT_MS = 10_000;
/** A cancellation must reach a running step within 1 s; five looks a second cost a pragma each. */
const LOOK_MS = 200;

export class Worker {
  readonly record: WorkerRecord;
  readonly #store: Store;
  readonly #host: Host;
  readonly #onNews: () => void;
  #registered: Promise<void> | undefined;
  #timers: Cancel[] = [];
  #seenVersion = 0;
  #stopped = false;

  constructor(parts: { store: Store; host: Host; role: WorkerRole; version: string; onNews: () => void }) {
    const { clock, chance, processes } = parts.host;
    this.#store = parts.store;
    this.#host = parts.host;
    this.#onNews = parts.onNews;
    const suffix = Math.floor(chance() * 36 ** 6).toString(36);
    this.record = {
      ...processes.self,
      id: `${parts.role}-${processes.self.pid}-${clock.now().toString(36)}${suffix}`,
      role: parts.role,
      version: parts.version,
      startedAt: clock.now(),
      seenAt: clock.now(),
      seenBootMs: clock.boot(),
    };
  }

  /** Safe to call before every claim. */
  register(): Promise<void> {
    this.#registered ??= this.#register().catch((error: unknown) => {
      this.#registered = undefined; // the next claim tries again
      throw error;
    });
    return this.#registered;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.splice(0)) cancel();
    if (this.#registered === undefined) return;
    await this.#registered.catch(() => {});
    await this.#store.removeWorker(this.record.id, this.#host.clock.now());
  }

  async #register(): Promise<void> {
    await this.#store.registerWorker(this.record);
    this.#seenVersion = this.#store.dataVersion();
    this.#again(HEARTBEAT_MS, () => this.#beat());
    this.#again(LOOK_MS, () => this.#look());
  }

  #beat(): void {
    const { clock } = this.#host;
    // A heartbeat that fails is not the end: liveness on this machine does not depend on it, and the next one comes in time for others.
    this.#store.heartbeat(this.record.id, clock.now(), clock.boot()).catch(() => {});
  }

  #look(): void {
    const version = this.#store.dataVersion();
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    this.#onNews();
  }

  #again(ms: number, fn: () => void): void {
    if (this.#stopped) return;
    const slot = this.#timers.length;
    const arm = (): void => {
      this.#timers[slot] = this.#host.timers.after(ms, run, { background: true });
    };
    const run = (): void => {
      if (this.#stopped) return;
      try {
        fn();
      } catch {
        // A file that could not be looked at is looked at again; what is wrong with it, the writes will tell.
      }
      arm();
    };
    arm();
  }
}
