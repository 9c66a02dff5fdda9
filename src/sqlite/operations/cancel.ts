/** Cancelling by hand: as `../cancel.ts` does it, with who and why in the history. */
import type { CancelRequest } from "../../engine/store.ts";
import type { ExecutionRecord } from "../../model/records.ts";
import { isTerminal } from "../../model/status.ts";
import { type CancelHost, requestCancel } from "../cancel.ts";
import { decided, type Deed, found } from "./refuse.ts";

/** One that is over stays as it is. The first wish counts, and only that is written down. */
export function cancel(deed: Deed & { readonly host: CancelHost }, id: string, request: CancelRequest): ExecutionRecord {
  const { record, cancel: asked } = found(deed.db, id);
  if (isTerminal(record.status)) return record;
  const next = requestCancel(deed.db, { id, request }, deed.host) ?? record;
  if (asked === null) decided(deed, id, "cancel");
  return next;
}
