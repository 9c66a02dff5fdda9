/** What `wf doctor` says of the settings: each with where it comes from, what was said by somebody first. */
import type { ExaminationView, Finding } from "./examination.ts";
import type { Configuration, Setting } from "./settings.ts";

export const withSettings = (view: ExaminationView, configuration: Configuration): ExaminationView => {
  const finding = settingsFinding(configuration);
  return {
    ...view,
    ok: view.ok && finding.level === "ok",
    findings: [...view.findings, finding],
    settings: configuration.origins,
  };
};

const settingsFinding = ({ origins, problem }: Configuration): Finding => {
  const text = textOf(origins);
  if (problem === undefined) return { what: "settings", level: "ok", text, next: null };
  return { what: "settings", level: "problem", text: `${problem.message}; without it: ${text}`, next: problem.hint };
};

/** `wf.config.ts: hold 5m, tick.concurrency 10; WF_DURABILITY: durability normal; default: the other 22`. The document has them all. */
const textOf = (origins: readonly Setting[]): string => {
  const given = origins.filter(({ from }) => from !== "default");
  const groups = [...Map.groupBy(given, ({ from }) => from)].map(([from, settings]) => `${from}: ${settings.map(shown).join(", ")}`);
  const others = origins.length - given.length;
  return given.length === 0 ? `default: all ${others}` : [...groups, `default: the other ${others}`].join("; ");
};

const shown = ({ key, value }: Setting): string => `${key} ${value === null ? "none" : String(value)}`;
