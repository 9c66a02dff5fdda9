/** What the language allows and the style of this project does not. */
import ts from "typescript";
import { nodesOf, offence, type Rule } from "./source.ts";

const everywhere =
  (judge: (node: ts.Node) => string | undefined): Rule =>
  (source) =>
    nodesOf(source.tree).flatMap((node) => {
      const what = judge(node);
      return what === undefined ? [] : [offence(source, node, what)];
    });

/** A name that each importer makes up for itself cannot be searched for. */
export const defaultExports = everywhere((node) => {
  const isDefault =
    ts.isExportAssignment(node) ||
    (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) ||
    (ts.isExportSpecifier(node) && node.name.text === "default");
  return isDefault ? "has a default export" : undefined;
});

export const enums = everywhere((node) => (ts.isEnumDeclaration(node) ? "declares an enum: a union of literals says the same" : undefined));

export const anys = everywhere((node) => (node.kind === ts.SyntaxKind.AnyKeyword ? "has the type any" : undefined));

/** Output goes through the sink of the command, which knows about closed pipes, colour and quiet. */
export const consoles = everywhere((node) => {
  if (ts.isDebuggerStatement(node)) return "stops in the debugger";
  return ts.isPropertyAccessExpression(node) && node.expression.getText() === "console" ? `calls console.${node.name.text}` : undefined;
});
