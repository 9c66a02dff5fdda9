/**
 * One crash: the program is killed, what is on disk is looked at, the recovery is run, and all of it judged. Or two crashes, the second one
 * in the middle of the recovery.
 */
import type { Fault } from "./engines.ts";
import { recovered, type Rig } from "./rig.ts";
import type { Scenario } from "./scenarios.ts";
import { type Blow, WRITING_CALLS } from "./strike.ts";
import { type Kind, type Outcome, type Series, sweep, type Swept } from "./sweep.ts";
import { wrongInLedger, wrongOnDisk } from "./verdict.ts";

export const KILLS: readonly Kind[] = WRITING_CALLS.map((syscall) => ({ syscall, effect: "signal=SIGKILL" }));

export const crash = async (rig: Rig, scenario: Scenario, blow: Blow, fault?: Fault): Promise<Outcome> =>
  rig.inCopy(await rig.startOf(scenario), async (folder) => {
    const struck = await rig.strike(folder, scenario, blow, { ledger: "points", fault });
    const wrong = [
      ...(struck.wasHit || struck.code === 0 ? [] : [`it ended by itself with ${struck.code}: ${struck.stderr}`]),
      ...wrongOnDisk(folder, struck.stdout),
      ...(await recovered(folder, scenario)),
      ...wrongInLedger(folder, scenario, { reruns: struck.wasHit ? 1 : 0, isOver: true }),
    ];
    return { wasHit: struck.wasHit, wrong };
  });

export interface Twice extends Omit<Series, "name"> {
  readonly first: Blow;
  /** Of the recovery. */
  readonly fault?: Fault;
}

/** The first crash happens once; the recovery from what it leaves is then killed at each point of the series. Undefined when it missed. */
export const crashTwice = async (rig: Rig, scenario: Scenario, { first, fault, ...series }: Twice): Promise<Swept | undefined> =>
  rig.inCopy(await rig.startOf(scenario), async (left) => {
    const { wasHit } = await rig.strike(left, scenario, first, { ledger: "points" });
    if (!wasHit) return undefined;
    const name = `${scenario.name}, ${first.syscall} ${first.at}, and then in the recovery`;
    return sweep({ ...series, name }, (blow) => rig.inCopy(left, (folder) => crashInRecovery(rig, scenario, { folder, blow, fault })));
  });

interface Second {
  readonly folder: string;
  readonly blow: Blow;
  readonly fault: Fault | undefined;
}

const crashInRecovery = async (rig: Rig, scenario: Scenario, { folder, blow, fault }: Second): Promise<Outcome> => {
  const struck = await rig.strike(folder, scenario, blow, { ledger: "points", isRecovery: true, fault });
  const wrong = [
    ...(struck.wasHit || struck.code === 0 ? [] : [`the recovery ended by itself with ${struck.code}: ${struck.stderr}`]),
    ...wrongOnDisk(folder, struck.stdout),
    ...(await recovered(folder, scenario)),
    ...wrongInLedger(folder, scenario, { reruns: struck.wasHit ? 2 : 1, isOver: true }),
  ];
  return { wasHit: struck.wasHit, wrong };
};
