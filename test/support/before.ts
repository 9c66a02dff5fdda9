/** Before every test file. */
import { setDefaultTimeout } from "bun:test";
import { PATIENCE_MS } from "./patience.ts";

// Marks and bars are drawn with other characters where the locale has no Unicode, and a bare machine has none.
process.env["LC_ALL"] = "C.UTF-8";

setDefaultTimeout(PATIENCE_MS);
