/**
 * An outbox: a file of messages, one JSON line each, to which every message is added once.
 *
 * Appending to a file is not idempotent, and neither is sending a letter: a crash after the effect and before its record makes the step run
 * again. The `idempotencyKey` of a step is the same on every attempt, so it is written beside the message, and a key that is there already
 * means that the message went out. A mail or payment service does the same with the key that it is given.
 *
 * This file defines no workflow; workflows beside it import it.
 */
import { open, readFile } from "node:fs/promises";

export interface Message {
  readonly to: string;
  readonly subject: string;
}

export type Sent = Message & { readonly key: string };

/** @returns the message that is in the outbox under this key, whether it was added now or by an attempt that did not live to say so */
export const sendOnce = async (file: string, key: string, message: Message): Promise<Sent> => {
  const text = await textOf(file);
  const before = messagesIn(text).find((sent) => sent.key === key);
  if (before !== undefined) return before;
  const sent = { key, ...message };
  await append(file, `${isCutOff(text) ? "\n" : ""}${JSON.stringify(sent)}\n`);
  return sent;
};

export const readOutbox = async (file: string): Promise<readonly Sent[]> => messagesIn(await textOf(file));

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return "";
    throw error;
  }
};

/** On disk before it returns: the step is recorded next, and a power loss must not keep the record and lose the message. */
const append = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, "a");
  try {
    await handle.appendFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A power loss can leave half a line. */
const isCutOff = (text: string): boolean => text !== "" && !text.endsWith("\n");

const messagesIn = (text: string): readonly Sent[] => text.split("\n").flatMap((line) => parse(line) ?? []);

const parse = (line: string): Sent | undefined => {
  try {
    return JSON.parse(line) as Sent;
  } catch {
    return undefined;
  }
};
