/** The public schemas are schemas, and are made only when they are looked at. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import * as publicNames from "../../src/index.ts";
import { defineWorkflow } from "../../src/model/definition.ts";
import { WorkflowDefinitionSchema as eager } from "../../src/model/definition-schema.ts";
import { ExecutionStatusSchema as eagerStatus } from "../../src/model/schemas.ts";
import { isSchema } from "../../src/model/schema.ts";
import { root } from "../architecture/source.ts";

const { ExecutionStatusSchema, RetryConfigSchema, StepResultSchema, WorkflowDefinitionSchema } = publicNames;

describe("a schema that is made late", () => {
  test("checks as the schema does", () => {
    expect(ExecutionStatusSchema.parse("failed")).toBe("failed");
    expect(ExecutionStatusSchema.safeParse("odd")).toEqual(eagerStatus.safeParse("odd"));
    expect(RetryConfigSchema.safeParse({ attempts: 0 }).success).toBe(false);
  });

  test("is one to zod and to Standard Schema", () => {
    expect(isSchema(ExecutionStatusSchema)).toBe(true);
    expect(ExecutionStatusSchema).toBeInstanceOf(z.ZodEnum);
    expect("shape" in StepResultSchema).toBe(true);
    expect(Object.keys(StepResultSchema.shape)).toContain("attempts");
    expect(Object.keys(WorkflowDefinitionSchema)).toEqual(Object.keys(eager));
    expect({ ...ExecutionStatusSchema }.options).toEqual(eagerStatus.options);
  });

  test("is a part of others", () => {
    const list = z.array(z.object({ status: ExecutionStatusSchema.optional() }));
    expect(list.parse([{ status: "failed" }, {}])).toEqual([{ status: "failed" }, {}]);
    expect(list.safeParse([{ status: "odd" }]).error?.issues[0]?.path).toEqual([0, "status"]);
    expect(z.toJSONSchema(list)).toEqual(z.toJSONSchema(z.array(z.object({ status: eagerStatus.optional() }))));
    expect(StepResultSchema.partial().parse({ name: "a" })).toEqual({ name: "a" });
  });
});

describe("zod", () => {
  const loads = (code: string): boolean => {
    const index = JSON.stringify(join(root, "src/index.ts"));
    const told = "console.log(Object.keys(require.cache).some((file) => file.includes('/zod/')))";
    const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", `const names = await import(${index}); ${code}; ${told}`], {
      cwd: root,
    });
    expect(stderr.toString()).toBe("");
    return stdout.toString().trim() === "true";
  };
  const define = (more: string): string => `names.Workflow.define({ name: "a", run: () => 1, ${more} })`;

  test("is not loaded by the public names, nor by a workflow that has a name, a function and little else", () => {
    expect(loads(define('description: "d", input: undefined'))).toBe(false);
  });

  test("is loaded by settings that have to be checked, and by a look at a schema", () => {
    expect(loads(define("timeout: '5m'"))).toBe(true);
    expect(loads("names.RetryConfigSchema.parse({})")).toBe(true);
  });
});

describe("what is seen to be right without zod is what zod finds right", () => {
  const run = (): number => 1;
  const names = ["a", "", " a", "a/b", "a".repeat(201), 5, undefined, null];
  const rest = [
    {},
    { description: "" },
    { description: "d".repeat(2_000) },
    { description: "d".repeat(2_001) },
    { description: null },
    { input: z.object({}) },
    { input: {} },
    { input: null },
    { output: undefined },
    { output: "text" },
    { run: undefined },
    { run: "run" },
    { odd: 1 },
    { version: 2 },
    { version: 0 },
    { priority: 3 },
  ];

  test("over names and settings, right and wrong", () => {
    for (const name of names) {
      for (const more of rest) {
        const options = { name, run, ...more } as never;
        const defined = (() => {
          try {
            return defineWorkflow(options).name;
          } catch {
            return undefined;
          }
        })();
        const { success, data } = eager.safeParse(options);
        expect(defined as string | undefined).toBe(success ? data.name : undefined);
      }
    }
  });

  test("over what is no plain object", () => {
    class Options {
      readonly name = "a";
      readonly run = run;
    }
    for (const options of [
      undefined,
      null,
      5,
      "a",
      [],
      run,
      new Options(),
      Object.assign(Object.create({ version: 0 }), { name: "a", run }),
    ]) {
      const { success } = eager.safeParse(options);
      const define = (): unknown => defineWorkflow(options as never);
      if (success) expect(define).not.toThrow();
      else expect(define).toThrow();
    }
  });
});
