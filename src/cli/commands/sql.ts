/** `wf sql`: a question to the database, which it cannot change. */
import type { RowsView } from "../../model/maintenance.ts";
import type { Command, CommandContext, Invocation } from "../command.ts";
import { EXIT, exitOfSignal } from "../exit-codes.ts";
import { countOption, durationOption, pairsOption, usage } from "../option-values.ts";
import { lookOf } from "../render/look.ts";
import { renderCsv, renderRows } from "../render/rows.ts";
import { loadTables } from "../render/table.ts";

const LIMIT = 10_000;
const MAX_LIMIT = 1_000_000;

export const sql: Command = {
  usage: "sql <query>",
  summary: "ask the database, read-only",
  details:
    "The query is one statement, or - for standard input. v_executions, v_steps and\n" +
    "v_attempts stay as they are; docs/looking-inside.md has their columns.\n" +
    "Sensitive values are stored encrypted, and shown so. JSON is a list of rows by\n" +
    "column; -o ids gives the column execution_id or id.",
  options: {
    "--param <name=value...>": "the value of $name in the query, as text; may be repeated",
    "--csv": "comma-separated values with a line of names (RFC 4180)",
    "--limit <count>": `at most so many rows (default: ${LIMIT})`,
    "--timeout <duration>": "give up after this long, with exit code 124",
  },
  examples: [
    "wf sql 'SELECT workflow, status, count(*) AS n FROM v_executions GROUP BY 1, 2'",
    "wf sql \"SELECT name, attempt, error FROM v_attempts WHERE status = 'failed'\" --csv",
    "wf sql 'SELECT name, duration_ms FROM v_steps WHERE execution_id = $id' --param id=signup-7f3k9q2m4d",
  ],
  async run({ args: [given = ""], options }, context) {
    if (options["csv"] === true && context.out.format !== "text") throw usage(`--csv and -o ${context.out.format} contradict each other`);
    const query = given === "-" ? await context.readInput() : given;
    const { rows, code } = await ask(query, options, context);
    if (rows === undefined) return code;
    await print(rows, options["csv"] === true, context);
    if (rows.isCut) context.out.warn(`there are more rows than ${rows.rows.length}: --limit takes up to ${MAX_LIMIT}`);
    return EXIT.ok;
  },
};

/** Without rows when the signal or the end of the time came first. */
const ask = async (
  query: string,
  options: Invocation["options"],
  context: CommandContext,
): Promise<{ readonly rows: RowsView | undefined; readonly code: number }> => {
  const timeoutMs = durationOption(options, "timeout");
  const limit = countOption(options, "limit", MAX_LIMIT) ?? LIMIT;
  const parameters = pairsOption(options, "param", "name=value") ?? {};
  const late = new AbortController();
  const cancel = timeoutMs === undefined ? undefined : context.after(timeoutMs, () => late.abort());
  try {
    const maintenance = await context.maintenance();
    const rows = await maintenance.query(query, { limit, parameters, signal: AbortSignal.any([context.signal, late.signal]) });
    if (rows === undefined && late.signal.aborted) context.out.warn("the query was given up: its time has passed");
    return { rows, code: context.signal.aborted ? exitOfSignal(context.signal.reason) : EXIT.timedOut };
  } finally {
    cancel?.();
  }
};

const print = async (view: RowsView, isCsv: boolean, context: CommandContext): Promise<void> => {
  const { out } = context;
  const look = lookOf(context);
  const draw = isCsv || out.format !== "text" ? undefined : await loadTables();
  out.result(
    view.rows.map((row) => Object.fromEntries(view.columns.map((name, at) => [name, row[at]]))),
    () => (draw === undefined ? renderCsv(view) : renderRows(view, look, draw)),
    () => idsOf(view),
  );
};

const idsOf = ({ columns, rows }: RowsView): readonly string[] => {
  const at = ["execution_id", "id"].map((name) => columns.indexOf(name)).find((column) => column >= 0);
  if (at === undefined) throw usage("-o ids needs a column that is called execution_id or id");
  return rows.map((row) => String(row[at]));
};
