/**
 * What `wf db` found out about the database, and what it did with it.
 */
import type {
  BackupView,
  CheckView,
  DamageView,
  MigrateView,
  MiscountView,
  RepairView,
  StatsView,
  VacuumView,
} from "../../model/maintenance.ts";
import { shellWord } from "../../model/shell-word.ts";
import { instant } from "./age.ts";
import { type Field, renderFields } from "./fields.ts";
import { wrapTo } from "./fit.ts";
import type { Look } from "./look.ts";
import { stepMark } from "./marks.ts";
import { line } from "./safe.ts";
import { sizeText } from "./size.ts";

export const renderCheck = (check: CheckView, look: Look): string => {
  const counts = `${check.executions} ${plural("execution", check.executions)}, ${check.steps} ${plural("step", check.steps)}`;
  if (check.ok) return `${stepMark("completed", look)} ${line(check.file)} is sound: ${counts}`;
  const wrong = check.miscounts.length === 0 ? [] : ["  the counts of `wf status` are wrong:", renderMiscounts(check.miscounts)];
  const found = [...check.pages.map((text) => `  ${line(text)}`), ...damageLines(check.damaged, look), ...wrong];
  return [look.style.red(`${line(check.file)} is damaged (${counts} looked at)`), ...found].join("\n");
};

export const renderMiscounts = (miscounts: readonly MiscountView[]): string =>
  miscounts
    .map(({ workflow, status, kept, found }) => `    ${line(workflow)} ${line(status)}: ${kept} were counted, there are ${found}`)
    .join("\n");

/** One paragraph for each execution that is hit. */
const damageLines = (damaged: readonly DamageView[], look: Look): readonly string[] =>
  [...Map.groupBy(damaged, ({ executionId }) => executionId)].flatMap(([id, all]) => [
    `  ${look.style.bold(line(id))}`,
    ...all.map(
      ({ what, name, problem }) =>
        `    ${wrapTo(line(`${what}${name === null ? "" : ` ${JSON.stringify(name)}`}: ${problem}`), look, "      ")}`,
    ),
  ]);

/** What can be done for each execution, as commands to copy; nothing is chosen for anybody. */
export const renderChoices = (damaged: readonly DamageView[], look: Look): string => {
  const choices = [...Map.groupBy(damaged, ({ executionId }) => executionId)].map(([id, all]) => {
    const word = shellWord(id);
    const canRunAgain = all.every(({ what }) => what === "step" || what === "steps");
    return [
      ...damageLines(all, look),
      `    wf db repair ${word} --from <backup>  as it is in a backup`,
      ...(canRunAgain ? [`    wf db repair ${word} --run-again      run the step again, and those that completed after it`] : []),
      `    wf db repair ${word} --accept         take what is stored now as right`,
    ].join("\n");
  });
  return choices.join("\n\n");
};

export const renderRepair = ({ executionId, done }: RepairView): string =>
  done.map((text) => `${line(executionId)}: ${line(text)}`).join("\n");

export const renderStats = (stats: StatsView, look: Look): string => {
  const rows = Object.entries(stats.rows).map(([table, count]): Field => [table, String(count)]);
  return renderFields(
    [
      ["file", line(stats.file)],
      ["size", `${sizeText(stats.sizeBytes)}, of which ${sizeText(stats.freeBytes)} are free`],
      ["WAL", sizeText(stats.walBytes)],
      ["schema", `${stats.schema}, SQLite ${line(stats.sqlite)}`],
      ["oldest", stats.oldestExecutionAt === null ? null : instant(stats.oldestExecutionAt, look)],
      ...rows,
    ],
    look,
  );
};

export const renderBackup = ({ backup, sizeBytes }: BackupView): string => `${line(backup)}  ${sizeText(sizeBytes)}`;

export const renderVacuum = ({ beforeBytes, afterBytes }: VacuumView): string =>
  `${sizeText(beforeBytes)} before, ${sizeText(afterBytes)} now`;

export const renderMigrate = ({ from, to, copy }: MigrateView): string =>
  from === to ? `schema ${to}: nothing to do` : `schema ${from} to ${to}${copy === null ? "" : `; as it was before: ${line(copy)}`}`;

const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
