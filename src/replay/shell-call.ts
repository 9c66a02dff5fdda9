/** `ctx.sh` as a function: a template, or a name with options, read into what is run. */
import { fail } from "../model/errors.ts";
import type { ReadShell } from "../model/shell-options.ts";
import { readShell, readShellOptions } from "../model/shell-options.ts";
import type { ShellCall, ShellOptions, ShellResult, ShellSettings, ShellTemplate, ShellValue } from "../model/shell.ts";
import { isTemplate, nameOfTemplate, readTemplate } from "../model/shell-template.ts";

/** @param read throws what is wrong with the call */
export type BeginShell = (name: string, read: () => ReadShell) => Promise<ShellResult>;

export const shellCall = (begin: BeginShell): ShellCall => {
  const template = (name: string, settings: ShellSettings, strings: TemplateStringsArray, values: readonly ShellValue[]) =>
    begin(name, () => readShell(name, readTemplate(name, strings, values), settings));

  const call = (first: TemplateStringsArray | string, ...rest: readonly unknown[]): Promise<ShellResult> =>
    isTemplate(first)
      ? template(nameOfTemplate(first), {}, first, rest as readonly ShellValue[])
      : begin(first as string, () => readShellOptions(first as string, rest[0] as ShellOptions));

  const named = (name: string, settings: ShellSettings = {}): ShellTemplate => {
    return (strings, ...values) =>
      isTemplate(strings) ? template(name, settings, strings, values) : Promise.reject(fail("SHELL_REFUSED", noTemplate(name)));
  };

  return Object.assign(call, { named });
};

const noTemplate = (name: string) => ({
  where: `ctx.sh.named("${name}")`,
  problem: "it takes a template: ctx.sh.named(name)`command ${value}`",
});
