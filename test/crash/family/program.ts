/**
 * The program that is killed. `ack <what>` on its output for all that the engine has reported as done.
 *
 *     argv: the folder, and for the self-test which promise its store breaks
 */
import { writeSync } from "node:fs";
import { engineIn, type Fault } from "../points/engines.ts";
import { act } from "./acts.ts";

const [, , folder = "", fault] = process.argv;
const client = await engineIn(folder, fault as Fault | undefined);
await act({ client, folder, acknowledge: (what) => void writeSync(1, `ack ${what}\n`) });
await client.close();
process.exit(0);
