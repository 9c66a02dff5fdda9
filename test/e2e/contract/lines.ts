/**
 * What every command is tried with: a line, its exit code, and the document that it prints as JSON.
 *
 * They are run in this order, once for each output format, which stands for `%`; `HERE` is the folder. So what one changes is there for
 * the next. A new command adds its lines here, with a shape in `test/schemas/documents.ts`.
 */
import type { DocumentName } from "../../schemas/documents.ts";

export interface Line {
  readonly line: string;
  readonly code: number;
  readonly document: DocumentName;
  readonly stdin?: string;
  /** There are no ids to give: `-o ids` is refused. */
  readonly isWithoutIds?: boolean;
  /** It goes on: `-o json` gives a document a line as well. */
  readonly isStream?: boolean;
  /** What a line of `-o jsonl` holds, where it is neither the document nor an item of its list. */
  readonly each?: DocumentName;
}

const line = (text: string, code: number, document: DocumentName, more: Omit<Line, "line" | "code" | "document"> = {}): Line => ({
  line: text,
  code,
  document,
  ...more,
});
const WITHOUT_IDS = { isWithoutIds: true } as const;

export const LINES: readonly Line[] = [
  line("help", 0, "help"),
  line("help run", 0, "help-command"),
  line("tick --help", 0, "help-command"),
  line("help exit-codes", 0, "exit-codes"),
  line("--version", 0, "version"),
  line("init HERE/%", 0, "init", WITHOUT_IDS),
  line("new made-% --template approval", 0, "new"),
  line("completion bash", 0, "completion", WITHOUT_IDS),
  line("daemon install --as cron --print", 0, "service-plan", WITHOUT_IDS),
  line("daemon status", 4, "service-state", WITHOUT_IDS),
  line("daemon uninstall", 0, "service-removed", WITHOUT_IDS),
  line("status", 0, "overview"),
  line("inbox", 0, "inbox"),
  line("list", 0, "list"),
  line("run hello name=Ada --id hello-% --tag team=core", 0, "execution"),
  line("run hello --dry-run", 0, "planned", WITHOUT_IDS),
  line("run nap --id nap-% --hold 0", 5, "execution"),
  line("run ask --id ask-% --hold 0", 3, "execution"),
  line("run listen --id listen-% --hold 0", 3, "execution"),
  line("run bad --id bad-%", 1, "execution"),
  line("run nosuch", 4, "failure"),
  line("wait hello-%", 0, "execution"),
  line("wait -", 1, "executions", { stdin: "hello-% bad-%" }),
  line("wait -", 0, "executions", { stdin: "" }),
  line("status", 0, "overview"),
  line("status --status failed --limit 1", 0, "overview"),
  line("status bad-%", 0, "execution"),
  line("status nobody", 4, "failure"),
  line("history hello-%", 0, "history"),
  line("history bad-% --full", 0, "history"),
  line("why nap-%", 0, "why"),
  line("why bad-%", 0, "why"),
  line("logs hello-%", 0, "logs", WITHOUT_IDS),
  line("logs nap-%", 0, "logs", WITHOUT_IDS),
  line("logs hello-% --follow", 0, "log", { isStream: true, ...WITHOUT_IDS }),
  line("inbox", 0, "inbox"),
  line("approve ask-% --dry-run", 0, "decided"),
  line("reject ask-% --note later", 0, "decided"),
  line('send listen-% go {"a":1} --id e-1', 0, "sent"),
  line("send listen-% go null --id e-1", 0, "sent"),
  line("check nap-% ask-%", 0, "check", { each: "checked" }),
  line("pause nap-%", 0, "executions"),
  line("pause nap-% nobody", 4, "executions"),
  line("resume nap-% --hold 0", 5, "execution"),
  line("wake nap-% --dry-run", 0, "executions"),
  line("restart nap-% --hold 0", 5, "execution"),
  line("resolve nap-% rest --skip --hold 0 --dry-run", 2, "failure"),
  line("cancel nap-% --reason tried", 0, "executions"),
  line("cancel nap-%", 0, "executions"),
  line("cancel hello-%", 2, "failure"),
  line("cancel - ", 0, "executions", { stdin: "" }),
  line("retry bad-%", 1, "execution"),
  line("rerun hello-% --id again-%", 0, "execution"),
  line("fork hello-% --from greet --id forked-%", 0, "execution"),
  line("fork bad-% --dry-run", 0, "execution"),
  line("tick", 0, "tick"),
  line("tick", 0, "tick"),
  line("events", 0, "happening", { isStream: true, ...WITHOUT_IDS }),
  line("events hello-% --since 0", 0, "happening", { isStream: true, ...WITHOUT_IDS }),
  line("stats", 0, "statistics"),
  line("stats bad", 0, "statistics"),
  line("graph hello-%", 0, "graph"),
  line("graph bad", 0, "graph"),
  line("sql - --limit 3", 0, "rows", { stdin: "SELECT id, workflow, status, duration_ms FROM v_executions" }),
  line("schedule list", 0, "schedules"),
  line("schedule pause nightly --reason %", 0, "schedule"),
  line("schedule resume nightly", 0, "schedule"),
  line("schedule trigger nightly", 0, "execution"),
  line("schedule preview nightly --count 3 --from 2026-03-28", 0, "preview"),
  line("schedule backfill nightly --from 2026-03-01 --to 2026-03-02 --dry-run", 0, "backfill"),
  line("export hello-% --to HERE/%.jsonl", 0, "exported"),
  line("import HERE/%.jsonl", 0, "imported"),
  line("import HERE/%.jsonl --id copy-% --dry-run", 0, "imported"),
  line("doctor", 0, "examined", WITHOUT_IDS),
  line("prune --older-than 1000d", 0, "pruned", WITHOUT_IDS),
  line("db check --quick", 0, "db-check"),
  line("db repair", 0, "db-damage"),
  line("db repair --recount --dry-run", 0, "db-recounted", WITHOUT_IDS),
  line("db repair hello-% --accept", 2, "failure"),
  line("db backup HERE/%.db", 0, "db-backup", WITHOUT_IDS),
  line("db stats", 0, "db-stats", WITHOUT_IDS),
  line("db vacuum", 0, "db-vacuumed", WITHOUT_IDS),
  line("db migrate", 0, "db-migrated", WITHOUT_IDS),
];

/** The calls of a script, which print what the script needs and belong to its process. */
export const WITHOUT_DOCUMENT: readonly string[] = ["begin", "step", "sleep", "wait-event", "end"];
