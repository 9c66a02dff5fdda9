/**
 * Real chance: 53 random bits a number, from the system's generator.
 *
 * Not `Math.random`: its seed in JavaScriptCore is 32 bits, few enough for two of many thousand short processes to draw the same sequence,
 * and with it the same execution ids.
 */
import type { Chance } from "../engine/host.ts";

/** Drawn at once, since one call for 4 KiB costs little more than one for 8 bytes. */
const pool = new Uint32Array(1_024);
let used = pool.length;

export const systemChance: Chance = () => {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const high = next() >>> 5;
  const low = next() >>> 6;
  return (high * 0x4000000 + low) / 2 ** 53;
};

const next = (): number => pool[used++] ?? 0;
