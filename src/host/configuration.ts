/** The settings of a project, from its environment and its configuration file. What is wrong with either is told, and it is left out. */
import { CONFIG_ENVIRONMENT, type WfliteConfig } from "../model/configuration.ts";
import { fail, type WfliteError } from "../model/errors.ts";
import { type Configuration, configurationOf, type Layer } from "../model/settings.ts";
import { type ConfigFileOptions, loadConfigFile } from "./config-file.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

interface Read {
  readonly layer?: Layer;
  readonly problem?: WfliteError;
}

/** Nothing is thrown. */
export const readConfiguration = async (options: ConfigFileOptions, env: Environment): Promise<Configuration> => {
  const read = [await readEnvironment(env), await readFile(options)];
  return configurationOf(
    read.flatMap(({ layer }) => layer ?? []),
    read.find(({ problem }) => problem !== undefined)?.problem,
  );
};

const readFile = async (options: ConfigFileOptions): Promise<Read> => {
  const loaded = await loadConfigFile(options);
  if (!loaded.ok) return problem(loaded.error.file, loaded.error.problem);
  if (loaded.value === undefined) return {};
  const { file, exported } = loaded.value;
  const checked = await check(exported);
  return checked.ok ? { layer: { values: checked.value, from: () => file } } : problem(file, checked.error);
};

/** An empty variable says nothing, as one that is not set. */
const readEnvironment = async (env: Environment): Promise<Read> => {
  const given = Object.entries(CONFIG_ENVIRONMENT).filter(([, variable]) => (env[variable] ?? "") !== "");
  if (given.length === 0) return {};
  const values = given.map(([key, variable]) => [key, valueOf(env[variable] ?? "", key)] as const);
  const nameOf = (key: string): string => CONFIG_ENVIRONMENT[key as keyof typeof CONFIG_ENVIRONMENT];
  const checked = await check(Object.fromEntries(values), nameOf);
  return checked.ok ? { layer: { values: checked.value, from: nameOf } } : problem("the environment", checked.error);
};

const valueOf = (text: string, key: string): string | number => (key === "maxValueBytes" && /^\d{1,15}$/.test(text) ? Number(text) : text);

/** zod is loaded for those only who say something. */
const check = async (values: unknown, nameOf?: (key: string) => string) => {
  const { checkConfiguration } = await import("../model/configuration-schema.ts");
  return checkConfiguration(values as WfliteConfig, nameOf);
};

const problem = (where: string, text: string): Read => ({ problem: fail("CONFIG_INVALID", { where, problem: text }) });
