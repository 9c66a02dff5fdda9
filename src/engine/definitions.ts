/** The workflows this process knows: those given to it in code, and those found in files. */
import type { WorkflowDefinition } from "../model/definition.ts";
import { describeFlow } from "../model/flow.ts";
import { isMarked } from "../model/workflow-mark.ts";
import { fail, WfliteError } from "../model/errors.ts";
import { inProject, type ProjectDefaults } from "../model/project-defaults.ts";
import type { Schema } from "../model/schema.ts";
import { suggest } from "../model/suggest.ts";
import type { ErrorView, WorkflowView } from "../model/views.ts";
import type { BrokenFile, Host, LoadedWorkflow } from "./host.ts";
import { MissingRetry } from "./sources/missing.ts";
import { SourceKeeper } from "./sources/source-keeper.ts";
import type { Store } from "./store.ts";

export class Definitions {
  readonly #store: Store;
  readonly #host: Host;
  /** Given in code: the newest of a name counts. */
  readonly #inCode = new Map<string, LoadedWorkflow>();
  readonly #saved = new Set<string>();
  readonly sources: SourceKeeper;
  readonly missing: MissingRetry;
  readonly #sourceOf = new WeakMap<WorkflowDefinition, string>();
  readonly #defaults: ProjectDefaults | undefined;
  readonly #inProject = new WeakMap<WorkflowDefinition, WorkflowDefinition>();

  constructor(store: Store, host: Host, defaults: ProjectDefaults | undefined) {
    this.#store = store;
    this.#host = host;
    this.sources = new SourceKeeper(store, host);
    this.missing = new MissingRetry(store, host);
    this.#defaults = defaults;
  }

  /** For a start: the definition itself, or the one of that name. @throws WORKFLOW_NOT_FOUND with the nearest name */
  async of(workflow: WorkflowDefinition | string): Promise<WorkflowDefinition> {
    if (typeof workflow === "string") return (await this.#find(workflow)).definition;
    if (!isMarked(workflow)) throw fail("DEFINITION_INVALID", { problem: "this is not a workflow; make one with Workflow.define" });
    const inFiles = this.#inCode.get(workflow.name);
    if (inFiles?.definition !== workflow) this.#inCode.set(workflow.name, { definition: workflow, file: "", sourceHash: "" });
    return this.#settled(workflow);
  }

  /**
   * For a child: the one of that name in the files counts, if there is one. What a workflow has imported is of the time of its own code,
   * which may be kept code, and would otherwise be what this process takes for the present one.
   */
  async called(workflow: WorkflowDefinition | string): Promise<WorkflowDefinition> {
    if (typeof workflow === "string" || !isMarked(workflow)) return this.of(workflow);
    const found = await this.look(workflow.name);
    return "missing" in found ? this.of(workflow) : found.definition;
  }

  /** Content hash of the source that a definition was loaded from; null for one that was given in code. */
  readonly sourceOf = (definition: WorkflowDefinition): string | null => this.#sourceOf.get(definition) ?? null;

  /** For a pass: its source is kept. */
  async load(name: string): Promise<LoadedWorkflow | { readonly missing: string }> {
    const looked = await this.look(name);
    const found = "missing" in looked ? await this.missing.again(() => this.look(name)) : looked;
    if ("missing" in found) return found;
    // Only a hint for the next process: a store that is busy now must not keep this one from working.
    this.#remember(found).catch(() => this.#saved.delete(name));
    // After it: pruning spares what a workflow refers to. A script runs as its file is, so nobody would ask for what it was.
    if (found.definition.script === undefined) await this.sources.keep(found);
    return found;
  }

  /** For a pass on the code of an execution's start. */
  async original(name: string, hash: string | null): Promise<LoadedWorkflow | { readonly missing: string }> {
    const found = await this.sources.original(name, hash);
    return "missing" in found ? found : { ...found, definition: this.#settled(found.definition) };
  }

  /** The same for somebody who only looks: nothing is written. */
  async look(name: string): Promise<LoadedWorkflow | { readonly missing: string }> {
    try {
      return await this.#find(name);
    } catch (error) {
      if (error instanceof WfliteError && MISSING.has(error.code)) return { missing: error.message };
      throw error;
    }
  }

  /** All that the files hold, and those that do not load. */
  async all(): Promise<{ readonly found: readonly LoadedWorkflow[]; readonly broken: readonly BrokenFile[] }> {
    const { found, broken } = await this.#host.files.all();
    return { found: found.map((one) => ({ ...one, definition: this.#settled(one.definition) })), broken };
  }

  async views(): Promise<readonly WorkflowView[]> {
    const { found, broken } = await this.all();
    const views = await Promise.all(found.map(viewOf));
    return [...views, ...broken.map(brokenView)].sort((a, b) => a.file.localeCompare(b.file) || (a.name ?? "").localeCompare(b.name ?? ""));
  }

  async #find(name: string): Promise<LoadedWorkflow> {
    const inCode = this.#inCode.get(name);
    if (inCode !== undefined) return { ...inCode, definition: this.#settled(inCode.definition) };
    const known = await this.#store.workflow(name);
    const { found, broken } = await this.#host.files.find(name, known?.file);
    if (found === undefined) throw await this.#notFound(name, known?.file, broken);
    if (known?.sourceHash === found.sourceHash) this.#saved.add(name);
    if (known?.sourceHash === found.sourceHash && known.isSourceKept) this.sources.know(found.sourceHash);
    const definition = this.#settled(found.definition);
    this.#sourceOf.set(definition, found.sourceHash);
    return { ...found, definition };
  }

  /** One object for each, whoever asks. */
  #settled(definition: WorkflowDefinition): WorkflowDefinition {
    if (this.#defaults === undefined) return definition;
    const made = this.#inProject.get(definition) ?? inProject(definition, this.#defaults);
    this.#inProject.set(definition, made);
    return made;
  }

  async #notFound(name: string, lastFile: string | undefined, broken: readonly BrokenFile[]): Promise<Error> {
    const names = (error: Error): boolean => error.message.includes(`"${name}"`); // two files that define it name it
    const culprit =
      broken.find(({ file }) => file === lastFile) ??
      broken.find(({ error }) => names(error)) ??
      (broken.length === 1 ? broken[0] : undefined);
    if (culprit !== undefined) return culprit.error;
    const known = (await this.#host.files.all()).found.map(({ definition }) => definition.name);
    const problem = lastFile === undefined || lastFile === "" ? undefined : `it was in ${lastFile}`;
    return fail("WORKFLOW_NOT_FOUND", { name, suggestion: suggest(name, known), problem });
  }

  /** So that the next process finds the file at once. */
  async #remember({ definition, file, sourceHash }: LoadedWorkflow): Promise<void> {
    const { name, version, description } = definition;
    if (file === "" || this.#saved.has(name)) return;
    this.#saved.add(name);
    await this.#store.saveWorkflow({ name, version, file, description, sourceHash, seenAt: this.#host.clock.now() });
  }
}

const MISSING: ReadonlySet<string> = new Set(["WORKFLOW_NOT_FOUND", "WORKFLOW_BROKEN"]);

const viewOf = async ({ definition, file }: LoadedWorkflow): Promise<WorkflowView> => ({
  name: definition.name,
  version: definition.version,
  file,
  description: definition.description,
  schedule: scheduleText(definition),
  limits: describeFlow(definition),
  input: await jsonSchemaOf(definition.input),
  error: null,
});

/** "0 9 * * MON Europe/Paris", without the zone where that of the machine counts. Another copy of this package knows of no schedules. */
const scheduleText = ({ schedule }: Partial<Pick<WorkflowDefinition, "schedule">>): string | null =>
  schedule === undefined || schedule === null ? null : [schedule.cron, schedule.timezone ?? []].flat().join(" ");

/** zod 4 can describe itself; its module is loaded only here, where a person asks for it. */
const jsonSchemaOf = async (schema: Schema | null): Promise<unknown> => {
  if (schema === null) return null;
  const { jsonSchema } = await import("../model/json-schema.ts");
  return jsonSchema(schema);
};

const brokenView = ({ file, error }: BrokenFile): WorkflowView => ({
  ...{ name: null, version: null, file, description: null, schedule: null, limits: null, input: null },
  error: errorView(error),
});

const errorView = (error: Error): ErrorView => ({
  name: error.name,
  message: error.message,
  code: error instanceof WfliteError ? error.code : null,
  hint: error instanceof WfliteError ? error.hint : null,
  stack: error.stack ?? null,
  cause: error.cause instanceof Error ? errorView(error.cause) : null,
});
