/** What must hold after a blow, and in the end. Everything found wrong is a sentence; none is the only good answer. */
import type { Client } from "../../../src/model/client.ts";
import type { HistoryView, StepView } from "../../../src/model/views.ts";
import { EXECUTION, PAYMENTS, type Row } from "./shop.ts";

/** The steps whose result is on disk. */
export const recordedSteps = async (client: Client): Promise<readonly StepView[]> => {
  const history = await client.history(EXECUTION).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === "EXECUTION_NOT_FOUND") return undefined; // it had not been created
    throw error;
  });
  return (history?.steps ?? []).filter(({ status }) => status === "completed");
};

/** Payments and records are the same, none is there twice, and what a step says of its payment is so. */
export const wrongAfterBlow = (steps: readonly StepView[], rows: readonly Row[]): readonly string[] => [
  ...wrongInRows(rows),
  ...steps
    .filter(({ name, output }) => !rows.some((row) => row.kind === "payment" && row.name === name && Number(row.id) === output))
    .map(({ name, output }) => `step "${name}" is recorded with payment ${String(output)}, which is not there`),
];

export const wrongInTheEnd = ({ execution, steps }: HistoryView, rows: readonly Row[]): readonly string[] => {
  const ids = PAYMENTS.map((name) => rows.find((row) => row.kind === "payment" && row.name === name)?.id);
  const given = JSON.stringify(execution.output);
  return [
    ...wrongInRows(rows),
    ...(execution.status === "completed" ? [] : [`it is ${execution.status}: ${execution.error?.message ?? execution.reason ?? ""}`]),
    ...(given === JSON.stringify(ids.map(Number)) ? [] : [`it gave ${given}, and the payments are ${ids.join()}`]),
    ...(steps.map(({ kind, status }) => `${kind} ${status}`).every((step) => step === "transaction completed")
      ? []
      : ["a step is not over"]),
    ...(steps.length === PAYMENTS.length ? [] : [`it has ${steps.length} steps`]),
  ];
};

const wrongInRows = (rows: readonly Row[]): readonly string[] =>
  PAYMENTS.flatMap((name) => {
    const payments = rows.filter((row) => row.kind === "payment" && row.name === name).map(({ id }) => id);
    const records = rows.filter((row) => row.kind === "record" && row.name.split("/").includes(name)).map(({ id }) => id);
    return [
      ...(payments.length > 1 ? [`payment "${name}" is there ${payments.length} times`] : []),
      ...(payments.join() === records.join()
        ? []
        : [`payment "${name}" is ${payments.join() || "not there"}, its record says ${records.join()}`]),
    ];
  });
