/** The workflows this process knows: those given to it in code, and those found in files. */
import type { WorkflowDefinition } from "../model/definition.ts";
import { isMarked } from "../model/workflow-mark.ts";
import { fail, WfliteError } from "../model/errors.ts";
import type { Schema } from "../model/schema.ts";
import { suggest } from "../model/suggest.ts";
import type { ErrorView, WorkflowView } from "../model/views.ts";
import type { BrokenFile, Host, LoadedWorkflow } from "./host.ts";
import type { Store } from "./store.ts";

export class Definitions {
  readonly #store: Store;
  readonly #host: Host;
  /** Given in code: the newest of a name counts. */
  readonly #inCode = new Map<string, LoadedWorkflow>();
  readonly #saved = new Set<string>();

  constructor(store: Store, host: Host) {
    this.#store = store;
    this.#host = host;
  }

  /** For a start: the definition itself, or the one of that name. @throws WORKFLOW_NOT_FOUND with the nearest name */
  async of(workflow: WorkflowDefinition | string): Promise<WorkflowDefinition> {
    if (typeof workflow === "string") return (await this.#find(workflow)).definition;
    if (!isMarked(workflow)) throw fail("DEFINITION_INVALID", { problem: "this is not a workflow; make one with Workflow.define" });
    const inFiles = this.#inCode.get(workflow.name);
    if (inFiles?.definition !== workflow) this.#inCode.set(workflow.name, { definition: workflow, file: "", sourceHash: "" });
    return workflow;
  }

  /** For a pass. */
  async load(name: string): Promise<LoadedWorkflow | { readonly missing: string }> {
    try {
      const found = await this.#find(name);
      // Only a hint for the next process: a store that is busy now must not keep this one from working.
      this.#remember(found).catch(() => this.#saved.delete(name));
      return found;
    } catch (error) {
      if (error instanceof WfliteError && MISSING.has(error.code)) return { missing: error.message };
      throw error;
    }
  }

  async views(): Promise<readonly WorkflowView[]> {
    const { found, broken } = await this.#host.files.all();
    const views = await Promise.all(found.map(viewOf));
    return [...views, ...broken.map(brokenView)].sort((a, b) => a.file.localeCompare(b.file) || (a.name ?? "").localeCompare(b.name ?? ""));
  }

  async #find(name: string): Promise<LoadedWorkflow> {
    const inCode = this.#inCode.get(name);
    if (inCode !== undefined) return inCode;
    const known = await this.#store.workflow(name);
    const { found, broken } = await this.#host.files.find(name, known?.file);
    if (found === undefined) throw await this.#notFound(name, known?.file, broken);
    if (known?.sourceHash === found.sourceHash) this.#saved.add(name);
    return found;
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
  schedule: null,
  input: await jsonSchemaOf(definition.input),
  error: null,
});

/** zod 4 can describe itself; its module is loaded only here, where a person asks for it. */
const jsonSchemaOf = async (schema: Schema | null): Promise<unknown> => {
  if (schema === null) return null;
  const { jsonSchema } = await import("../model/json-schema.ts");
  return jsonSchema(schema);
};

const brokenView = ({ file, error }: BrokenFile): WorkflowView => ({
  ...{ name: null, version: null, file, description: null, schedule: null, input: null },
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
