/**
 * Brings the values of every row to a new format, inside the transaction of a migration.
 *
 * Rows are taken execution by execution, so that memory holds one at a time. A row that does not match its checksum is left as it was
 * found, and with it its version: it stays damaged, and everybody can still see what it was. So does a text that the upgrade refuses where
 * nothing guards it (a log line, say).
 */
import type { UpgradeText } from "../model/state-version.ts";
import type { Queries, SqlValue } from "./query.ts";
import { eventChecksum } from "./tables/events.ts";
import { checksumOf, intactExecution } from "./tables/executions.ts";
import { soundSteps, stepChecksum } from "./tables/steps.ts";

export interface StateUpgrade {
  readonly version: number;
  readonly upgrade: UpgradeText;
}

const IDS = `SELECT id FROM executions WHERE id > $after ORDER BY id LIMIT 1000`;

const EXECUTION = `
  UPDATE executions SET input = $input, output = $output, error = $error, state_version = $version, checksum = $checksum WHERE id = $id`;

const STEP = `
  UPDATE steps SET output = $output, error = $error, state_version = $version, checksum = $checksum
   WHERE execution_id = $executionId AND scope = $scope AND kind = $kind AND name = $name AND n = $n`;

const LOGS = `SELECT cursor, data FROM logs WHERE execution_id = $id AND data IS NOT NULL`;

const LOG = `UPDATE logs SET data = $data WHERE cursor = $cursor`;

const ATTEMPTS = `SELECT scope, kind, name, n, attempt, error FROM attempts WHERE execution_id = $id`;

const ATTEMPT = `
  UPDATE attempts SET error = $error
   WHERE execution_id = $id AND scope = $scope AND kind = $kind AND name = $name AND n = $n AND attempt = $attempt`;

const EVENTS = `SELECT seq, id, name, payload, sent_at AS sentAt, checksum FROM events WHERE execution_id = $id`;

const EVENT = `UPDATE events SET payload = $payload, checksum = $checksum WHERE seq = $seq`;

export function upgradeState(db: Queries, upgrade: StateUpgrade): void {
  let after = "";
  for (;;) {
    const ids = db.query<{ readonly id: string }>(IDS).all({ after });
    for (const { id } of ids) {
      upgradeExecution(db, id, upgrade);
      upgradeSteps(db, id, upgrade);
      upgradeEvents(db, id, upgrade);
      upgradeAttempts(db, id, upgrade);
      upgradeLogs(db, id, upgrade);
    }
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function upgradeExecution(db: Queries, id: string, { version, upgrade }: StateUpgrade): void {
  const intact = intactExecution(db, id);
  if (intact === undefined) return;
  const { record } = intact;
  const next = {
    ...record,
    inputText: upgrade(record.inputText),
    outputText: orNull(record.outputText, upgrade),
    errorText: orNull(record.errorText, upgrade),
  };
  const texts = { input: next.inputText, output: next.outputText, error: next.errorText };
  db.query(EXECUTION).run({ id, ...texts, version, checksum: checksumOf({ ...intact, record: next }) });
}

function upgradeSteps(db: Queries, executionId: string, { version, upgrade }: StateUpgrade): void {
  for (const step of soundSteps(db, executionId)) {
    const next = { ...step, outputText: orNull(step.outputText, upgrade), errorText: orNull(step.errorText, upgrade) };
    const { scope, kind, name, n, outputText: output, errorText: error } = next;
    db.query(STEP).run({ executionId, scope, kind, name, n, output, error, version, checksum: stepChecksum(executionId, next) });
  }
}

interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly payload: string;
  readonly sentAt: number;
  readonly checksum: number | null;
}

function upgradeEvents(db: Queries, executionId: string, { upgrade }: StateUpgrade): void {
  for (const { seq, id, name, payload, sentAt, checksum: kept } of db.query<EventRow>(EVENTS).all({ id: executionId })) {
    if (kept !== null && kept !== eventChecksum(executionId, { id, name, payloadText: payload, sentAt })) continue;
    const payloadText = orAsItIs(payload, upgrade);
    db.query(EVENT).run({ seq, payload: payloadText, checksum: eventChecksum(executionId, { id, name, payloadText, sentAt }) });
  }
}

function upgradeAttempts(db: Queries, id: string, { upgrade }: StateUpgrade): void {
  type Row = Readonly<Record<"scope" | "kind" | "name" | "n" | "attempt", SqlValue>> & { readonly error: string };
  for (const row of db.query<Row>(ATTEMPTS).all({ id })) db.query(ATTEMPT).run({ ...row, id, error: orAsItIs(row.error, upgrade) });
}

function upgradeLogs(db: Queries, id: string, { upgrade }: StateUpgrade): void {
  for (const { cursor, data } of db.query<{ readonly cursor: number; readonly data: string }>(LOGS).all({ id })) {
    db.query(LOG).run({ cursor, data: orAsItIs(data, upgrade) });
  }
}

const orNull = (text: string | null, upgrade: UpgradeText): string | null => (text === null ? null : upgrade(text));

const orAsItIs = (text: string, upgrade: UpgradeText): string => {
  try {
    return upgrade(text);
  } catch {
    return text;
  }
};
