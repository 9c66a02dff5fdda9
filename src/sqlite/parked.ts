/** Whether an execution can be made due: what runs, or is over, stays as it is. */
import { isTerminal } from "../model/status.ts";
import type { StoredExecution } from "./tables/executions.ts";

/** In nobody's memory. One that is owned is woken by its owner, and that of a dead one by the next claim. */
export const isParked = ({ record, owner }: StoredExecution): boolean => owner === null && !isTerminal(record.status);
