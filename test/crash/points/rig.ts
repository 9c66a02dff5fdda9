/**
 * One point: a fresh copy of the scenario's folder, the blow, the recovery, the verdict.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { recover } from "./acts.ts";
import type { Fault } from "./engines.ts";
import type { Order } from "./program.ts";
import { type Scenario, withEngine } from "./scenarios.ts";
import { type Blow, strike, type Struck } from "./strike.ts";
import { wrongInHistory } from "./verdict.ts";
import type { LedgerWrite } from "./work.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

const WF = resolve(import.meta.dir, "../../../bin/wf");
/** Far above what a program takes that does not hang; a retried write waits for seconds at most. */

export interface Asked {
  readonly ledger: LedgerWrite;
  readonly fault?: Fault | undefined;
  readonly isRecovery?: boolean;
  readonly limitMs?: number;
}

/** A scratch folder with the program in one file, which starts three times as fast, and the starting folders of scenarios. */
export class Rig {
  readonly #folder = mkdtempSync(join(tmpdir(), "wf-points-"));
  readonly #starts = new Map<string, Promise<string>>();
  #program: Promise<string> | undefined;
  #copies = 0;
  /** Runs `fn` in a copy of the folder, gone afterwards. */
  async inCopy<T>(of: string, fn: (folder: string) => Promise<T>): Promise<T> {
    const folder = `${this.#folder}/copy-${++this.#copies}`;
    cpSync(of, folder, { recursive: true });
    try {
      return await fn(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  startOf(scenario: Scenario): Promise<string> {
    const key = `${scenario.name} ${JSON.stringify(scenario.act)}`;
    const known = this.#starts.get(key) ?? this.#prepare(scenario);
    this.#starts.set(key, known);
    return known;
  }

  async strike(folder: string, scenario: Scenario, blow: Blow, asked: Asked): Promise<Struck> {
    const { ready, come } = companyOf(folder, scenario, asked);
    const running = {
      cwd: folder,
      limitMs: asked.limitMs ?? PATIENCE_MS,
      onLine: (line: string) => void (line === "ready" && ready()),
    };
    const struck = await strike(await this.#wordsOf(folder, scenario, asked), blow, running);
    await come();
    return struck;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #prepare(scenario: Scenario): Promise<string> {
    const folder = `${this.#folder}/start-${this.#starts.size}`;
    mkdirSync(folder);
    await scenario.prepare(folder, scenario.act);
    return folder;
  }

  async #wordsOf(folder: string, { act, words }: Scenario, { ledger, fault, isRecovery }: Asked): Promise<readonly string[]> {
    if (words !== undefined) return [WF, ...words];
    const order: Order = { folder, act, ledger, ...(fault && { fault }), ...(isRecovery === true && { isRecovery }) };
    return [process.execPath, await (this.#program ??= this.#build()), JSON.stringify(order)];
  }

  async #build(): Promise<string> {
    const { outputs } = await Bun.build({ entrypoints: [join(import.meta.dir, "program.ts")], target: "bun", outdir: this.#folder });
    return outputs[0]?.path ?? "";
  }
}

/** A tick of this process, from the moment the other one is ready. */
const companyOf = (folder: string, { hasCompany }: Scenario, { isRecovery }: Asked): { ready: () => void; come: () => Promise<void> } => {
  let company: Promise<unknown> = Promise.resolve();
  const tick = (): Promise<unknown> => withEngine(folder, ({ client }) => client.tick({ concurrency: 2 })).catch((error: unknown) => error);
  const isWanted = hasCompany === true && isRecovery !== true;
  const come = async (): Promise<void> => {
    const error = await company;
    if (error instanceof Error) throw new Error("the tick beside it has failed", { cause: error });
  };
  return { ready: () => void (isWanted && (company = tick())), come };
};

/** Nothing strikes now. Gives what is wrong in the end. */
export const recovered = (folder: string, scenario: Scenario): Promise<readonly string[]> =>
  withEngine(folder, async (acting) => {
    if (scenario.words?.[0] === "tick") await command(folder, scenario.words);
    await recover(acting, scenario.act);
    return wrongInHistory(acting.client, scenario);
  }).catch((error: unknown) => [`the recovery failed: ${String(error)}`]);

/** `wf` on its own, as cron would run it next. */
const command = async (folder: string, words: readonly string[]): Promise<void> => {
  const { exited, stderr } = Bun.spawn([WF, ...words], { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if ((await exited) !== 0) throw new Error(`wf ${words.join(" ")}: ${await new Response(stderr).text()}`);
};
