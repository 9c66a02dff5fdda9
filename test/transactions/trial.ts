/** What the tests of a transaction share: a host whose waiting a test holds in its hands, and the call itself. */
import { systemClock } from "../../src/host/clock.ts";
import { systemTimers } from "../../src/host/timers.ts";
import type { TransactLimits } from "../../src/model/transaction.ts";
import { transact } from "../../src/transactions/transact.ts";

type TransactHost = Parameters<typeof transact>[3]["host"];

/** Writes secrets otherwise, and hides nothing. */
const cipher: TransactHost["cipher"] = {
  ready: () => {},
  seal: (text) => Buffer.from(text).toString("base64url"),
  open: (sealed) => Buffer.from(sealed, "base64url").toString(),
};

export const systemHost: TransactHost = { clock: systemClock, timers: systemTimers, chance: () => 0.5, cipher };

export interface Trial extends Partial<TransactLimits> {
  readonly key?: string;
  readonly host?: TransactHost;
}

/** One attempt. */
export const attempt = (
  db: unknown,
  fn: (tx: never) => unknown,
  { key = "a/transaction/pay/1", host = systemHost, ...limits }: Trial = {},
) => transact(db, key, fn, { maxValueBytes: 1_000_000, host, ...limits });

/** An attempt that finds a record, and so does not run its function; a test fails when it does. */
export const recorded = async (db: unknown, trial?: Trial): Promise<unknown> => {
  let begun = 0;
  const result = await attempt(db, () => void begun++, trial);
  if (begun > 0) throw new Error("its function was run");
  return result;
};

/** Time passes when somebody waits, by as much as they wait, or by `leap`. They wait until `onWait` is through, too. */
export const waitingHost = (onWait: (waits: number) => unknown, leapMs?: number): TransactHost => {
  let [now, waits] = [0, 0];
  return {
    ...systemHost,
    clock: { ...systemClock, monotonic: () => now },
    timers: {
      ...systemTimers,
      after: (ms, fn) => {
        now += leapMs ?? ms;
        void Promise.resolve(onWait(++waits)).then(fn);
        return () => {};
      },
    },
  };
};

/** What the promise was rejected with; a test fails when it was not. */
export const errorOf = async (
  promise: Promise<unknown>,
): Promise<Error & { readonly code?: string; readonly errno?: unknown; readonly hint?: string }> => {
  const value = await promise.then(
    (given) => ({ given }),
    (error: unknown) => ({ error }),
  );
  if ("given" in value) throw new Error(`it gave ${Bun.inspect(value.given)}`);
  return value.error as Error;
};
