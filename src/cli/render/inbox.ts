/** Approvals that are waited for, as a table. */
import type { ApprovalView } from "../../model/views.ts";
import { briefly } from "./age.ts";
import type { Look } from "./look.ts";
import type { DrawTable } from "./table.ts";

const HEAD = ["ID", "WORKFLOW", "APPROVAL", "SINCE", "UNTIL", "MESSAGE"];

export const renderInbox = (approvals: readonly ApprovalView[], look: Look, drawTable: DrawTable): string =>
  approvals.length === 0 ? "" : drawTable({ head: HEAD, rows: approvals.map((approval) => rowOf(approval, look)) }, look);

const rowOf = ({ id, workflow, scope, name, n, since, until, message }: ApprovalView, look: Look): readonly string[] => [
  id,
  workflow,
  `${scope === "" ? "" : `${scope}/`}${name}${n === 1 ? "" : `#${n}`}`,
  briefly(since, look),
  until === null ? "" : briefly(until, look),
  message ?? "",
];
