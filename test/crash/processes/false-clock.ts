/**
 * A wall clock that a test sets while processes look at it: libfaketime, which reads its offset from a file at each call.
 *
 * Only the wall clock is false. Timers run on the monotonic clock, which nobody sets on a real machine either.
 */
import { writeFileSync } from "node:fs";

/** The one for programs with threads, where distributions put it. */
const PLACES = ["usr/lib/*/faketime/libfaketimeMT.so.1", "usr/lib/faketime/libfaketimeMT.so.1", "usr/lib64/faketime/libfaketimeMT.so.1"];

/** What has to be loaded into a process. @throws where it is not installed */
export const libraryOfFalseClock = (): string => {
  const [found] = PLACES.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: "/", absolute: true })]);
  if (found === undefined) throw new Error("libfaketimeMT.so.1 is not installed");
  return found;
};

export interface FalseClock {
  /** For processes that shall see it. */
  readonly env: Readonly<Record<string, string>>;
  /** Seconds that the clock is ahead; negative, behind. */
  set(aheadSeconds: number): void;
}

/** @param file read by whoever has `env`, at each look at the clock */
export const falseClock = (file: string): FalseClock => {
  const set = (aheadSeconds: number): void => writeFileSync(file, `${aheadSeconds < 0 ? "-" : "+"}${Math.abs(aheadSeconds)}\n`);
  set(0);
  const env = {
    LD_PRELOAD: libraryOfFalseClock(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  return { env, set };
};
