/**
 * Scripts whose processes a test holds in its hands: it says what they print and call, and when and how they end.
 */
import type { Bench } from "../harness.ts";
import { scriptWorkflow } from "../../../src/model/scripts/definition.ts";
import type { Header } from "../../../src/model/scripts/header.ts";
import type { WorkflowDefinition } from "../../../src/model/definition.ts";
import type { StepRecord } from "../../../src/model/records.ts";
import type { OutputName, ScriptEnd, ScriptMachine, ScriptRequest } from "../../../src/model/scripts/machine.ts";

export const script = (header: Header = {}): WorkflowDefinition => scriptWorkflow("workflows/s.sh", { name: "s", ...header });

export interface StartedScript {
  readonly variables: ScriptRequest["variables"];
  /** Something has told it to end; it ends by itself only when the test says so. */
  readonly isTold: boolean;
  print(name: OutputName, text: string): void;
  end(exitCode?: number, more?: Partial<ScriptEnd>): void;
}

export interface Scripts {
  readonly machine: ScriptMachine;
  readonly started: readonly StartedScript[];
  /** The next start fails. */
  refuse(error: Error): void;
  /** One that is told to end does not do so before the test says it. */
  stubborn: boolean;
}

export const scripts = (): Scripts => {
  const started: StartedScript[] = [];
  let refusal: Error | undefined;
  const all: Scripts = {
    started,
    stubborn: false,
    refuse: (error) => void (refusal = error),
    machine: {
      start: (request) => {
        const error = refusal;
        refusal = undefined;
        return error === undefined ? Promise.resolve(start(request)) : Promise.reject(error);
      },
    },
  };
  const start = ({ variables, onChunk }: ScriptRequest) => {
    const { promise, resolve } = Promise.withResolvers<ScriptEnd>();
    const one = {
      variables,
      isTold: false,
      print: (name: OutputName, text: string) => onChunk(name, new TextEncoder().encode(text)),
      end: (exitCode = 0, more: Partial<ScriptEnd> = {}) => resolve({ exitCode, signal: null, stderr: "", ...more }),
    };
    started.push(one);
    return {
      pid: 1,
      ended: promise,
      stop: async () => {
        one.isTold = true;
        if (!all.stubborn) one.end(143, { signal: "SIGTERM" });
        await promise;
      },
    };
  };
  return all;
};

/** What `wf step` does, begun here and ended by the caller. */
export const beginStep = async (bench: Bench, id: string, term: number, name: string): Promise<StepRecord> => {
  const answer = await bench.store.scripts.callStep({
    pass: { executionId: id, term },
    step: { scope: "", kind: "shell", name, isKeyed: false },
    ...{ once: false, process: bench.host.processes.self },
  });
  if (!("row" in answer)) throw new Error(`the step is ${answer.kind}`);
  return answer.row;
};

export const endStep = async (bench: Bench, id: string, row: StepRecord): Promise<void> => {
  const outcome = { kind: "completed", outputText: '{"exitCode":0}' } as const;
  await bench.store.scripts.endStep({ executionId: id, row, process: bench.host.processes.self, outcome });
};
