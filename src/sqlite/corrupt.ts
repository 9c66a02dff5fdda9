/** CORRUPT, in the words of this store. */
import type { WfliteError } from "../model/errors.ts";
import { fail } from "../model/fail-late.ts";

export const corrupt = (what: string, problem: string): WfliteError => fail("CORRUPT", { what, problem });

export const corruptExecution = (id: string): WfliteError => corrupt(`execution "${id}"`, "its row does not match its checksum");
