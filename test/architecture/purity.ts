/**
 * What may not happen everywhere.
 *
 * Time, chance and timers are for `src/host`, SQL is for `src/sqlite` and `src/transactions`, and the folders that decide do no I/O.
 */
import ts from "typescript";
import { folderOf } from "./layers.ts";
import { nodesOf, offence, type Rule } from "./source.ts";

const TIMERS = /^(setTimeout|setInterval|setImmediate|clearTimeout|clearInterval|clearImmediate)$/;

/** Members of a global, or of a module of the same name, that tell the time, draw lots or wait. */
const MEMBERS: Readonly<Record<string, RegExp>> = {
  Date: /^now$/,
  Temporal: /^Now$/,
  performance: /^(now|timeOrigin)$/,
  Math: /^random$/,
  crypto: /^(random.*|getRandomValues)$/,
  webcrypto: /^(random.*|getRandomValues)$/,
  Bun: /^(sleep|sleepSync|nanoseconds|randomUUIDv7)$/,
  process: /^(hrtime|uptime)$/,
  AbortSignal: /^timeout$/,
  globalThis: TIMERS,
};

const MODULES = /^(node:)?(timers|timers\/promises|perf_hooks)$/;

/** Clearing a timer is part of having one, so it counts. `queueMicrotask` waits for nothing and is free. */
export const clockAndChance: Rule = (source) => {
  if (folderOf(source.path) === "host") return [];
  const found = nodesOf(source.tree).flatMap((node) => {
    const what = timeOrChance(node);
    return what === undefined ? [] : [offence(source, node, `uses ${what}`)];
  });
  const imported = source.imports.filter(
    ({ specifier, manner, names }) => manner !== "type" && (MODULES.test(specifier) || drawsLots(specifier, names)),
  );
  return [...found, ...imported.map((one) => offence(source, one.node, `imports ${one.specifier}`))];
};

const drawsLots = (specifier: string, names: readonly string[]): boolean =>
  /^(node:)?crypto$/.test(specifier) && names.some((name) => MEMBERS["crypto"]?.test(name));

function timeOrChance(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, "Date") && (node.arguments ?? []).length === 0) return "new Date()";
  if (ts.isCallExpression(node) && isNamed(node.expression, "Date")) return "Date()";
  if (ts.isPropertyAccessExpression(node)) return member(node.expression, node.name.text);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return member(node.expression, node.argumentExpression.text);
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) return destructured(node.name, node.initializer);
  return isGlobal(node, TIMERS) ? node.text : undefined;
}

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

function member(owner: ts.Expression, name: string): string | undefined {
  const of = ts.isPropertyAccessExpression(owner) && isNamed(owner.expression, "globalThis") ? owner.name : owner;
  return ts.isIdentifier(of) && Object.hasOwn(MEMBERS, of.text) && MEMBERS[of.text]?.test(name) ? `${of.text}.${name}` : undefined;
}

const destructured = (pattern: ts.ObjectBindingPattern, from: ts.Expression | undefined): string | undefined =>
  from === undefined
    ? undefined
    : pattern.elements.map(({ propertyName, name }) => member(from, (propertyName ?? name).getText())).find(Boolean);

/** A use of the global of that name: not a member called so, and not the declaration of something else. */
const isGlobal = (node: ts.Node, name: RegExp): node is ts.Identifier => ts.isIdentifier(node) && name.test(node.text) && isReference(node);

const isReference = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) return parent.initializer === node;
  return !(
    ts.isTypeElement(parent) ||
    ts.isClassElement(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isTypeNode(parent)
  );
};

const DECIDING = ["model", "replay", "engine"];

const IO_MODULES = [
  ["fs", "fs/promises", "child_process", "worker_threads", "cluster", "os", "readline", "repl", "inspector"],
  ["net", "tls", "http", "https", "http2", "dgram", "dns", "dns/promises"],
].flat();

/** What of `Bun` only computes. */
const COMPUTES = /^(hash|deepEquals|stringWidth|stripANSI|inspect|semver|CryptoHasher|cron|YAML|TOML|JSON5|JSONL|escapeHTML|version)$/;

export const inputOutput: Rule = (source) => {
  if (!DECIDING.includes(folderOf(source.path))) return [];
  const imported = source.imports.filter(({ specifier }) => IO_MODULES.includes(specifier.replace(/^node:/, "")));
  const used = nodesOf(source.tree).filter(
    (node) => isGlobal(node, /^(process|fetch|WebSocket|EventSource|Bun)$/) && !isComputation(node.parent),
  );
  return [
    ...imported.map((one) => offence(source, one.node, `imports ${one.specifier}`)),
    ...used.map((node) => offence(source, node, `uses ${node.parent.getText()}`)),
  ];
};

const isComputation = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) && isNamed(node.expression, "Bun") && COMPUTES.test(node.name.text);

/** How a statement begins, in the capitals that the style asks for: prose begins otherwise. */
const STATEMENT = new RegExp(
  [
    "SELECT\\s[\\s\\S]*\\sFROM\\s",
    "SELECT\\s+[\\w(*]+\\)?$",
    "WITH\\s+(RECURSIVE\\s+)?\\w+[\\s\\S]*\\sAS\\s*\\(",
    "(INSERT\\s+(OR\\s+\\w+\\s+)?|REPLACE\\s+)INTO\\s",
    "UPDATE\\s+\\w+\\s+SET\\s",
    "DELETE\\s+FROM\\s",
    "CREATE\\s+((TEMP|TEMPORARY|UNIQUE)\\s+)?(TABLE|INDEX|VIEW|TRIGGER)\\s",
    "(ALTER|DROP)\\s+(TABLE|INDEX|VIEW|TRIGGER)\\s",
    "PRAGMA\\s+\\w+",
    "BEGIN(\\s+(IMMEDIATE|EXCLUSIVE|DEFERRED))?;?$",
    "(COMMIT|ROLLBACK|VACUUM|ANALYZE)\\b;?",
    "(SAVEPOINT|RELEASE)\\s+\\w+",
    "EXPLAIN\\s+QUERY\\s",
  ]
    .map((part) => `^\\s*(${part})`)
    .join("|"),
);

/** The store, and what a transaction needs in the database of its user. */
const HOLDING_SQL = ["sqlite", "transactions"];

export const sql: Rule = (source) => {
  if (HOLDING_SQL.includes(folderOf(source.path))) return [];
  return nodesOf(source.tree)
    .filter(
      (node) =>
        (ts.isStringLiteralLike(node) && STATEMENT.test(node.text)) || (ts.isTemplateExpression(node) && STATEMENT.test(node.head.text)),
    )
    .map((node) => offence(source, node, "holds SQL"));
};
