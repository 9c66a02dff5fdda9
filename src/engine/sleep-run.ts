/** One sleep: its deadline is stored once, when it is first asked for; its end is a completion like any other. */
import type { StepRecord } from "../model/records.ts";
import type { Call, SleepRequest } from "../replay/call.ts";
import type { Owner } from "./owner.ts";

/** Latest instant a `Date` can hold, in ms; a sleep towards a later one would have no readable deadline. */
const MAX_INSTANT = 8.64e15;

export const runSleep = (carry: Owner, call: Call, asks: SleepRequest): void => {
  const now = carry.clock.now();
  const { scope, kind, name, n } = call.identity;
  const row: StepRecord = call.recorded ?? {
    ...{ scope, kind, name, n, status: "sleeping", order: null, attempt: 1, outputText: null, errorText: null, flags: 0, detail: null },
    startedAt: now,
    finishedAt: null,
    wakeAt: Math.min(MAX_INSTANT, asks.until ?? now + (asks.durationMs ?? 0)),
  };
  const wake = (): void =>
    carry.complete(call, (order) => ({
      steps: [{ ...row, status: "completed", order, finishedAt: carry.clock.now(), wakeAt: row.wakeAt }],
    }));
  const isDue = (row.wakeAt ?? 0) <= now;
  if (call.recorded === undefined && !isDue) carry.record(row);
  carry.wait({ key: call.key, identity: call.identity, for: "sleep", wakeAt: row.wakeAt, detail: `sleep "${name}"`, wake });
};
