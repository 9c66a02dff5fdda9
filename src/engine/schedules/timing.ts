/** The timing of a schedule that was checked when it was written. */
import { fail } from "../../model/errors.ts";
import { parseCron } from "../../model/schedule/cron.ts";
import type { Timing } from "../../model/schedule/slots.ts";
import { parseZone } from "../../model/schedule/zone.ts";

/** @throws DEFINITION_INVALID for a zone that another machine knew, and this one does not */
export const timingOf = ({ cron, timezone }: { readonly cron: string; readonly timezone: string }): Timing => {
  const parsed = parseCron(cron);
  if (!parsed.ok) throw fail("DEFINITION_INVALID", { problem: `schedule.cron: ${parsed.problem}` });
  const zone = parseZone(timezone);
  if (!zone.ok) throw fail("DEFINITION_INVALID", { problem: `schedule.timezone: ${zone.problem}` });
  return { cron: parsed.cron, zone: zone.zone };
};
