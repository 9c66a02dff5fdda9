/**
 * What workflow files use of Bun beside the language itself, where @types/bun is not installed. Most of it is `any`; the real types take the
 * place of this file as soon as they are there: npm install --save-dev @types/bun
 */

declare module "bun";
declare module "bun:*";
declare module "node:*";
declare module "assert";
declare module "buffer";
declare module "child_process";
declare module "crypto";
declare module "events";
declare module "fs";
declare module "fs/promises";
declare module "http";
declare module "https";
declare module "net";
declare module "os";
declare module "path";
declare module "stream";
declare module "timers/promises";
declare module "url";
declare module "util";
declare module "zlib";

declare var Bun: any;
declare var Buffer: any;
declare var require: any;
declare var __dirname: string;
declare var __filename: string;

declare var process: {
  readonly env: Record<string, string | undefined>;
  readonly argv: string[];
  readonly pid: number;
  readonly platform: string;
  readonly arch: string;
  readonly version: string;
  readonly execPath: string;
  exitCode: number | string | undefined;
  cwd(): string;
  exit(code?: number): never;
  [name: string]: any;
};

interface ImportMeta {
  /** The folder of this file, absolute. */
  readonly dir: string;
  readonly dirname: string;
  /** This file, absolute. */
  readonly path: string;
  readonly filename: string;
  /** The name of this file. */
  readonly file: string;
  /** This file, as a `file:` URL. */
  readonly url: string;
  readonly main: boolean;
  readonly env: Record<string, string | undefined>;
  resolve(specifier: string): string;
  require(specifier: string): any;
}
