/** What `ctx.sh` takes and gives, for the compiler: what stands below `@ts-expect-error` must not compile, and `bun check` sees to it. */
import { expectTypeOf, test } from "bun:test";
import type { ShellResult, WorkflowContext } from "wflite";

declare const ctx: WorkflowContext;
declare const smuggled: { readonly raw: string };
declare const unsure: string | undefined;

const compiles = (_: () => unknown): void => {};

test("a value is an argument or a flat array of arguments, and nothing else", () => {
  compiles(() => {
    expectTypeOf(ctx.sh`echo ${"a"} ${1} ${true} ${2n} ${["a", 1] as const}`).toEqualTypeOf<Promise<ShellResult>>();
    // @ts-expect-error an object
    void ctx.sh`echo ${smuggled}`;
    // @ts-expect-error what may be missing
    void ctx.sh`echo ${unsure}`;
    // @ts-expect-error an array inside of an array
    void ctx.sh`echo ${[["a"]]}`;
    // @ts-expect-error a text is no template
    void ctx.sh("ls -l");
  });
});

test("options are a script or a command, and those of a step know what the command gives", () => {
  compiles(() => {
    void ctx.sh("a", { script: 'echo "$1"', args: [1], once: true, compensate: ({ stdout }) => stdout.length });
    void ctx.sh("a", { command: ["ls", 1], verify: () => ({ done: false }), retryOn: [1] });
    expectTypeOf(ctx.sh.named("a", { timeout: "5s" })`ls`).toEqualTypeOf<Promise<ShellResult>>();
    // @ts-expect-error both
    void ctx.sh("a", { script: "ls", command: ["ls"] });
    // @ts-expect-error neither
    void ctx.sh("a", { cwd: "." });
    // @ts-expect-error an empty command
    void ctx.sh("a", { command: [] });
    // @ts-expect-error arguments stand beside the program
    void ctx.sh("a", { command: ["ls"], args: ["a"] });
    // @ts-expect-error a schema: what it gives is known
    void ctx.sh("a", { command: ["ls"], output: {} });
    // @ts-expect-error `verify` answers with another result
    void ctx.sh("a", { command: ["ls"], verify: () => ({ done: true, result: "x" }) });
  });
});
