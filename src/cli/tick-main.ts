/**
 * The entry of `wf tick`, which `bin/wf` takes instead of `main.ts`: cron asks every minute of the year, almost always for nothing.
 *
 * All that answers it is imported at once. Anything but "nothing is due" goes on in `main.ts`, as if it had been the entry.
 */
import { tickNothingDue } from "../open-tick.ts";
import { arrive } from "./arrival.ts";
import { fastTickPlace } from "./fast-tick.ts";

/** `main.ts` tells of errors, so none is told here. */
const isNothingDue = (): boolean => {
  try {
    const place = fastTickPlace(arrive(process.argv.slice(2)), process.env["WF_DB"]);
    return place !== undefined && tickNothingDue({ cwd: process.cwd(), ...place });
  } catch {
    return false;
  }
};

if (isNothingDue()) process.exit(0);
else void import("./main.ts");
