/** Whole command lines on an engine of its own, without a process: time and signals are in the hands of the rig, so that each line ends. */
import { ManualSignals, ManualTimers, type Ran, wf } from "../../cli/harness.ts";
import { FAR, openProcess, type Process } from "./fixture.ts";
import type { Scratch } from "./scratch.ts";

/** Longer than anything takes on a machine that is very busy. */
const PATIENCE_MS = 20_000;

export interface Bench {
  /** @throws Error when the line does not end, not even when it is told to, within `patienceMs` of real time */
  run(argv: readonly string[], stdin: string, patienceMs?: number): Promise<Ran>;
  readonly process: Process;
  close(): Promise<void>;
}

export const openBench = async (scratch: Scratch, bytes: Uint8Array): Promise<Bench> => {
  scratch.place(bytes);
  const process = await openProcess({ file: scratch.file, startAt: FAR });
  await wf(["--bogus"]); // loads what a command line needs, which takes real time
  return {
    process,
    async run(argv, stdin, patienceMs = PATIENCE_MS) {
      const [timers, signals] = [new ManualTimers(), new ManualSignals()];
      const openProject = () => Promise.resolve({ client: process.engine, close: () => Promise.resolve() });
      const ended = wf(argv, { stdin, timers, signals, opener: { openProject } as never });
      let isOver = false;
      const over = (): void => void (isOver = true);
      ended.then(over, over);
      for (let round = 0; round < 30 && !isOver; round++) await process.host.settle(3);
      // Files that are read take real time, which no clock of ours moves.
      for (let round = 0; round < 10 && !isOver; round++) await Bun.sleep(2);
      for (let round = 0; round < 5 && !isOver; round++) await Promise.all([timers.advance(2_000), process.host.advance(2_000)]);
      for (let round = 0; round < 4 && !isOver; round++) {
        signals.send("SIGINT");
        await Promise.all([timers.advance(15_000), process.host.advance(15_000)]);
      }
      for (let waitedMs = 0; waitedMs < patienceMs && !isOver; waitedMs += 10) await Bun.sleep(10);
      if (!isOver) throw new Error("it hangs, and does not end when it is told to");
      return ended;
    },
    close: () => process.engine.close(),
  };
};
