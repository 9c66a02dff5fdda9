/**
 * A source file as the rules see it: its path from the package's root, its syntax tree, and what it imports.
 *
 * The tree is TypeScript's own, since a transpiler drops `import type`, which counts here, and since text in a comment is not code.
 * Nothing is resolved on disk, so a test can make a file up.
 */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import ts from "typescript";

export interface Source {
  /** From the root of the package, as in `src/model/id.ts`. */
  readonly path: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  /** `lazy` is a dynamic `import()`, or a `require()` in a function. */
  readonly manner: "value" | "type" | "lazy";
  readonly names: readonly string[];
  readonly node: ts.Node;
}

/** What a rule finds: one line for each offence. */
export type Rule = (source: Source) => readonly string[];

export const root = join(import.meta.dir, "../..");

export const parse = (path: string, text: string): Source => {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, tree, imports: nodesOf(tree).flatMap(importOf) };
};

/** Every TypeScript file under the folder, in the order of their paths. */
export const readSources = (folder: string): readonly Source[] =>
  [...new Bun.Glob(`${folder}/**/*.{ts,tsx,mts}`).scanSync({ cwd: root })]
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), "utf8")));

export const nodesOf = (node: ts.Node): readonly ts.Node[] => {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    found.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
};

export const offence = ({ path, tree }: Source, node: ts.Node, what: string): string =>
  `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1} ${what}`;

/** The path of a file of ours, from the package's root, or undefined for a package and for what the runtime brings. */
export const ownTarget = ({ path }: Source, { specifier }: Import): string | undefined => {
  if (specifier === "wflite") return "src/index.ts";
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
};

/** `zod` of `zod/v4`, `@scope/name` of `@scope/name/part`, undefined for what is no third party's. */
export const packageOf = ({ specifier }: Import): string | undefined => {
  if (specifier.startsWith(".") || specifier === "wflite" || isBuiltin(specifier) || /^(node|bun)(:|$)/.test(specifier)) return undefined;
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
};

function importOf(node: ts.Node): readonly Import[] {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const manner = clause !== undefined && isTypeClause(clause) ? "type" : "value";
    return [{ specifier: node.moduleSpecifier.text, manner, names: importedNames(clause), node }];
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier))
    return [{ specifier: node.moduleSpecifier.text, manner: node.isTypeOnly ? "type" : "value", names: [], node }];
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literalImport(node.arguments[0], "lazy", node);
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "require")
    return literalImport(node.arguments[0], isInFunction(node) ? "lazy" : "value", node);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literalImport(node.argument.literal, "type", node);
  return [];
}

const isInFunction = (node: ts.Node): boolean => ts.findAncestor(node, ts.isFunctionLike) !== undefined;

const literalImport = (specifier: ts.Node | undefined, manner: Import["manner"], node: ts.Node): readonly Import[] =>
  specifier !== undefined && ts.isStringLiteralLike(specifier) ? [{ specifier: specifier.text, manner, names: [], node }] : [];

const isTypeClause = (clause: ts.ImportClause): boolean => {
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
};

const importedNames = (clause: ts.ImportClause | undefined): readonly string[] => {
  const named = clause?.namedBindings;
  return named !== undefined && ts.isNamedImports(named)
    ? named.elements.map((element) => (element.propertyName ?? element.name).text)
    : [];
};
