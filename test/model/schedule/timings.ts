/** Timings and instants, as tests write them. */
import { parseCron } from "../../../src/model/schedule/cron.ts";
import type { Timing } from "../../../src/model/schedule/slots.ts";
import { parseZone } from "../../../src/model/schedule/zone.ts";

export const timing = (pattern: string, zoneName: string): Timing => {
  const [cron, zone] = [parseCron(pattern), parseZone(zoneName)];
  if (!cron.ok) throw new Error(cron.problem);
  if (!zone.ok) throw new Error(zone.problem);
  return { cron: cron.cron, zone: zone.zone };
};

export const at = (text: string): number => {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new Error(`no instant: ${text}`);
  return instant;
};

/** Without seconds, in UTC. */
export const shown = (instants: readonly number[]): readonly string[] =>
  instants.map((instant) => new Date(instant).toISOString().replace(":00.000Z", "Z"));
