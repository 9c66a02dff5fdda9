/**
 * Schemas of users: any Standard Schema (standardschema.dev, version 1), which zod 4, valibot and arktype all are.
 *
 * Only the part that wf calls is described, so a project's own zod of another version fits too.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type SchemaInput<S> = S extends Schema<infer Input, unknown> ? Input : unknown;
export type SchemaOutput<S> = S extends Schema<unknown, infer Output> ? Output : unknown;

export const isSchema = (value: unknown): value is Schema =>
  (typeof value === "object" || typeof value === "function") &&
  value !== null &&
  typeof (value as Partial<Schema>)["~standard"]?.validate === "function";

/** One sentence a problem, each with its path: `email: Invalid email address; plan: …`. */
export const describeIssues = (issues: readonly SchemaIssue[]): string =>
  issues.map((issue) => (issue.path?.length ? `${pathOf(issue.path)}: ${issue.message}` : issue.message)).join("; ");

const pathOf = (path: NonNullable<SchemaIssue["path"]>): string =>
  path
    .map((segment) => (typeof segment === "object" ? segment.key : segment))
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`))
    .join("");
