/**
 * One file of declarations for the public names, made from the sources: what an editor needs of wf, and nothing else.
 *
 *     src/*.ts ──tsc──► a declaration file each ──► what the public names reach ──► one file, a name each
 *
 * tsc writes hundreds of files, with the insides of the engine among them. Here those declarations are kept that a public name leads to.
 * Two of the same name in different files cannot both keep it: the later one is numbered.
 */
import { join } from "node:path";
import ts from "typescript";

interface Emitted {
  readonly options: ts.CompilerOptions;
  /** By absolute path. */
  readonly files: ReadonlyMap<string, string>;
}

/** @param entry absolute; the sources are those that it reaches */
export const declarationsOf = (root: string, entry: string): string => {
  const emitted = emit(root, entry);
  const program = ts.createProgram([entry.replace(/\.ts$/, ".d.ts")], emitted.options, hostOf(emitted));
  return new Bundle(program, entry.replace(/\.ts$/, ".d.ts"), emitted.files).text();
};

const emit = (root: string, entry: string): Emitted => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as { readonly config: object };
  const { options: given } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // `paths` would lead an import of "wflite" within the sources to the entry, and others astray.
  const { paths: _, ...plain } = given;
  const options = { ...plain, noCheck: true, noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: false };
  const files = new Map<string, string>();
  const { diagnostics } = ts.createProgram([entry], options, parsingOnce(options)).emit(undefined, (path, text) => files.set(path, text));
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, FORMAT));
  return { options: { ...plain, allowImportingTsExtensions: true }, files };
};

const FORMAT: ts.FormatDiagnosticsHost = { getCanonicalFileName: (path) => path, getCurrentDirectory: () => "", getNewLine: () => "\n" };

/** By path. Both programs read the declarations of the language and of the packages, which are most of the work. */
const parsed = new Map<string, ts.SourceFile | undefined>();

const parsingOnce = (options: ts.CompilerOptions): ts.CompilerHost => {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getSourceFile(path, ...more) {
      if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, ...more));
      return parsed.get(path);
    },
  };
};

/** Reads what was emitted as if it lay beside the sources, which it hides. */
const hostOf = ({ options, files }: Emitted): ts.CompilerHost => {
  const host = parsingOnce(options);
  const isHidden = (path: string): boolean => files.has(path.replace(/(?<!\.d)\.ts$/, ".d.ts")) && !path.endsWith(".d.ts");
  return {
    ...host,
    fileExists: (path) => files.has(path) || (!isHidden(path) && host.fileExists(path)),
    readFile: (path) => files.get(path) ?? host.readFile(path),
    getSourceFile(path, version, ...more) {
      const text = files.get(path);
      return text === undefined ? host.getSourceFile(path, version, ...more) : ts.createSourceFile(path, text, version, true);
    },
  };
};

type Named = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.FunctionDeclaration | ts.VariableStatement;

class Bundle {
  readonly #checker: ts.TypeChecker;
  readonly #entry: ts.SourceFile;
  readonly #own: ReadonlyMap<string, string>;
  /** What is kept, with the name that it has here. */
  readonly #names = new Map<ts.Symbol, string>();
  readonly #taken = new Set<string>([...RESERVED]);
  readonly #statements = new Set<Named>();
  /** Of other packages: name here by package and name there. */
  readonly #imports = new Map<string, string>();

  constructor(program: ts.Program, entry: string, own: ReadonlyMap<string, string>) {
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(entry);
    if (source === undefined) throw new Error(`${entry} was not emitted`);
    this.#entry = source;
    this.#own = own;
  }

  text(): string {
    const entry = this.#checker.getSymbolAtLocation(this.#entry);
    const exported = this.#checker.getExportsOfModule(entry as ts.Symbol).map((symbol) => [symbol.name, this.#target(symbol)] as const);
    // Those first, so that a public name is never the numbered one.
    for (const [name, symbol] of exported) if (!this.#names.has(symbol) && symbol.name === name) this.#reserve(symbol);
    for (const [, symbol] of exported) this.#keep(symbol);
    const clauses = exported.map(([name, symbol]) => this.#clause(name, this.#names.get(symbol) ?? name)).sort();
    const statements = [...this.#statements].sort(byPlace).map((statement) => this.#print(statement));
    const imports = [...this.#imports].map(([from, name]) => importOf(from, name)).sort();
    return [...imports, ...statements, `export { ${clauses.join(", ")} };`].join("\n\n");
  }

  #clause(name: string, here: string): string {
    return name === here ? name : `${here} as ${name}`;
  }

  /** What an import or a re-export stands for in the end. */
  #target(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #reserve(symbol: ts.Symbol): string {
    let name = symbol.name;
    for (let n = 2; this.#taken.has(name); n++) name = `${symbol.name}${n}`;
    this.#taken.add(name);
    this.#names.set(symbol, name);
    return name;
  }

  #keep(symbol: ts.Symbol): void {
    if (!this.#names.has(symbol)) this.#reserve(symbol);
    for (const declaration of symbol.declarations ?? []) {
      const statement = statementOf(declaration);
      if (this.#statements.has(statement)) continue;
      this.#statements.add(statement);
      this.#visit(statement);
    }
  }

  #visit(node: ts.Node): void {
    if (ts.isIdentifier(node)) this.#follow(node);
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  #follow(node: ts.Identifier): void {
    const found = this.#checker.getSymbolAtLocation(node);
    if (found === undefined) return;
    const specifier = packageOf(found);
    if (specifier === undefined && ts.isImportTypeNode(node.parent) && !this.#isTopLevel(this.#target(found)))
      throw new Error(`${node.parent.getText()} in ${node.getSourceFile().fileName}: import its type by name`);
    if (specifier !== undefined) this.#imports.set(`${specifier} ${importedName(found)}`, found.name);
    else if (this.#isTopLevel(this.#target(found))) this.#keep(this.#target(found));
  }

  #isTopLevel(symbol: ts.Symbol): boolean {
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined || !this.#own.has(declaration.getSourceFile().fileName)) return false;
    return !ts.isSourceFile(declaration) && ts.isSourceFile(statementOf(declaration).parent) && isNameOfStatement(declaration);
  }

  /** As it was emitted, with the names that things have here. */
  #print(statement: Named): string {
    const source = statement.getSourceFile();
    const edits: (readonly [start: number, end: number, text: string])[] = [];
    for (const modifier of statement.modifiers ?? []) {
      const isWord = modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DeclareKeyword;
      if (isWord) edits.push([modifier.getStart(), modifier.end + 1, ""]);
    }
    const visit = (node: ts.Node): void => {
      // `import("./schema.ts").InputOf<S>`, which tsc writes for a type that it has found out by itself
      if (ts.isImportTypeNode(node) && node.qualifier !== undefined) edits.push([node.getStart(), node.qualifier.getStart(), ""]);
      const symbol = ts.isIdentifier(node) ? this.#checker.getSymbolAtLocation(node) : undefined;
      const name = symbol === undefined ? undefined : this.#names.get(this.#target(symbol));
      if (name !== undefined && name !== node.getText()) edits.push([node.getStart(), node.end, name]);
      ts.forEachChild(node, visit);
    };
    visit(statement);
    const from = firstComment(statement, source);
    const text = applyEdits(source.text.slice(from, statement.end), edits, from);
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    return isType ? text : text.replace(/^((?:\/\*[\s\S]*?\*\/\s*)*)/, "$1declare ");
  }
}

/** What stands for something of the language or the runtime must not be hidden by ours. */
const RESERVED = ["Error", "Date", "Map", "Set", "Promise", "Record", "Readonly", "Partial", "AbortSignal"];

const byPlace = (one: ts.Node, other: ts.Node): number => {
  const [a, b] = [one.getSourceFile().fileName, other.getSourceFile().fileName];
  return a === b ? one.pos - other.pos : a < b ? -1 : 1;
};

const statementOf = (declaration: ts.Node): Named => {
  let node = declaration;
  while (!ts.isSourceFile(node.parent)) node = node.parent;
  return node as Named;
};

/** Not of something within it: a property, a parameter. */
const isNameOfStatement = (declaration: ts.Declaration): boolean =>
  ts.isSourceFile(declaration.parent) || (ts.isVariableDeclaration(declaration) && ts.isVariableStatement(declaration.parent.parent));

const importDeclarationOf = (symbol: ts.Symbol): ts.ImportDeclaration | undefined => {
  let node: ts.Node | undefined = symbol.declarations?.[0];
  while (node !== undefined && !ts.isImportDeclaration(node)) node = node.parent;
  return node;
};

/** The package that a name was imported from; undefined for one of ours. */
const packageOf = (symbol: ts.Symbol): string | undefined => {
  const specifier = importDeclarationOf(symbol)?.moduleSpecifier;
  return specifier !== undefined && ts.isStringLiteral(specifier) && !specifier.text.startsWith(".") ? specifier.text : undefined;
};

const importedName = (symbol: ts.Symbol): string => {
  const [declaration] = symbol.declarations ?? [];
  if (declaration !== undefined && ts.isImportSpecifier(declaration)) return (declaration.propertyName ?? declaration.name).text;
  return declaration !== undefined && ts.isNamespaceImport(declaration) ? "*" : "default";
};

const importOf = (from: string, name: string): string => {
  const [specifier, there] = from.split(" ");
  if (there === "*") return `import type * as ${name} from "${specifier}";`;
  return `import type { ${there === name ? name : `${there} as ${name}`} } from "${specifier}";`;
};

/** Its own doc comment. The comment that a file begins with is the header of that file, and belongs to nothing in it. */
const firstComment = (statement: ts.Node, source: ts.SourceFile): number => {
  const last = ts.getLeadingCommentRanges(source.text, statement.pos)?.findLast(({ pos }) => source.text.startsWith("/**", pos));
  const isOwn = last !== undefined && last.pos > 0 && source.text.slice(last.end, statement.getStart()).trim() === "";
  return isOwn ? last.pos : statement.getStart();
};

const applyEdits = (text: string, edits: readonly (readonly [number, number, string])[], from: number): string => {
  let result = text;
  for (const [start, end, replacement] of [...edits].sort(([a], [b]) => b - a))
    result = result.slice(0, start - from) + replacement + result.slice(end - from);
  return result;
};
