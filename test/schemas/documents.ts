/**
 * Every document that a command prints as JSON: its name, which is that of its file under `docs/reference`, and its shape.
 *
 * A file is a schema for others: it allows fields that are not in it, since fields are only ever added. The shapes here allow none, so that
 * a field which nobody has written down fails a test.
 */
import { z } from "zod";
import * as database from "./database.ts";
import * as executions from "./executions.ts";
import * as help from "./help.ts";
import * as inside from "./inside.ts";
import * as looking from "./looking.ts";
import * as service from "./service.ts";
import * as starting from "./starting.ts";

export interface Document {
  readonly shape: z.ZodType;
  /** Which commands print it. */
  readonly title: string;
}

export const DOCUMENTS = {
  execution: { shape: executions.execution, title: "wf run, wait, resume, retry, restart, resolve, fork, rerun, status <id>" },
  executions: {
    shape: z.array(executions.acted),
    title: "wf cancel, pause, wake; the carrying commands with several ids",
  },
  overview: { shape: executions.overview, title: "wf status" },
  history: { shape: executions.history, title: "wf history" },
  why: { shape: executions.why, title: "wf why" },
  log: { shape: executions.log, title: "a line of wf logs -f and of wf logs -o jsonl" },
  logs: { shape: z.array(executions.log), title: "wf logs" },
  tick: { shape: executions.tick, title: "wf tick" },
  inbox: { shape: z.array(executions.approval), title: "wf inbox" },
  decided: { shape: looking.decided, title: "wf approve, reject" },
  sent: { shape: looking.sent, title: "wf send" },
  planned: { shape: looking.planned, title: "wf run --dry-run" },
  list: { shape: z.array(looking.workflow), title: "wf list" },
  check: { shape: looking.check, title: "wf check" },
  checked: { shape: looking.checked, title: "a line of wf check -o jsonl" },
  schedule: { shape: looking.schedule, title: "wf schedule pause, resume" },
  schedules: { shape: z.array(looking.schedule), title: "wf schedule list" },
  preview: { shape: looking.preview, title: "wf schedule preview" },
  backfill: { shape: looking.backfill, title: "wf schedule backfill" },
  statistics: { shape: inside.statistics, title: "wf stats" },
  graph: { shape: inside.graph, title: "wf graph" },
  happening: { shape: inside.happening, title: "a line of wf events" },
  rows: { shape: inside.rows, title: "wf sql" },
  init: { shape: starting.initiated, title: "wf init" },
  new: { shape: starting.newWorkflow, title: "wf new" },
  completion: { shape: starting.completion, title: "wf completion" },
  exported: { shape: looking.exported, title: "wf export --to" },
  imported: { shape: looking.imported, title: "wf import" },
  pruned: { shape: looking.pruned, title: "wf prune" },
  examined: { shape: database.examined, title: "wf doctor" },
  "db-check": { shape: database.dbCheck, title: "wf db check" },
  "db-damage": { shape: z.array(database.damage), title: "wf db repair" },
  "db-recounted": { shape: database.recounted, title: "wf db repair --recount" },
  "db-repaired": { shape: database.repaired, title: "wf db repair <id>" },
  "db-backup": { shape: database.backup, title: "wf db backup" },
  "db-stats": { shape: database.dbStats, title: "wf db stats" },
  "db-vacuumed": { shape: database.vacuumed, title: "wf db vacuum" },
  "db-migrated": { shape: database.migrated, title: "wf db migrate" },
  "service-plan": { shape: service.plan, title: "wf daemon install --print" },
  "service-installed": { shape: service.installed, title: "wf daemon install" },
  "service-state": { shape: service.state, title: "wf daemon status" },
  "service-removed": { shape: service.removed, title: "wf daemon uninstall" },
  help: { shape: help.overview, title: "wf help" },
  "help-command": { shape: help.command, title: "wf help <command>" },
  "exit-codes": { shape: help.exitCodes, title: "wf help exit-codes" },
  version: { shape: help.version, title: "wf --version" },
  failure: { shape: executions.failure, title: "any command that fails itself" },
} as const satisfies Readonly<Record<string, Document>>;

export type DocumentName = keyof typeof DOCUMENTS;

/** The text of its file. */
export const schemaText = (name: DocumentName): string => {
  const { shape, title }: Document = DOCUMENTS[name];
  const schema = z.toJSONSchema(shape, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return `${JSON.stringify({ ...schema, title }, null, 2)}\n`;
};
