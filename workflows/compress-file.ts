/**
 * Compresses one file to `<file>.gz`, and removes it once what was written has been read back.
 *
 *     wf run compress-file file=/var/log/app/monday.log
 *
 * The new file grows under a hidden name, another for every attempt; a crash leaves either the old one or a whole new one, or both, and
 * never half of one.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { Workflow, WorkflowError } from "wflite";
import { z } from "zod";

export const compressFile = Workflow.define({
  name: "compress-file",
  description: "Compresses one file",
  input: z.object({ file: z.string().min(1) }),
  output: z.object({ before: z.int(), after: z.int() }),
  async run(ctx, { file }) {
    const { draft, ...sizes } = await ctx.step("compress", async ({ signal }) => {
      const draft = await newDraft(file, ctx.executionId);
      await pipeline(createReadStream(file), createGzip(), createWriteStream(draft), { signal });
      if ((await hashOf(draft, true, signal)) !== (await hashOf(file, false, signal))) throw new Error(`${file} was changed meanwhile`);
      return { draft, before: (await stat(file)).size, after: (await stat(draft)).size };
    });
    await ctx.step("replace", () => replace(file, draft));
    return sizes;
  },
});

export default compressFile;

/** What an attempt that was cut off has left is removed. */
const newDraft = async (file: string, executionId: string): Promise<string> => {
  const prefix = `.${basename(file)}-${executionId}-`;
  const old = (await readdir(dirname(file))).filter((name) => name.startsWith(prefix));
  for (const name of old) await rm(join(dirname(file), name), { force: true });
  return join(dirname(file), `${prefix}${crypto.randomUUID()}`);
};

const hashOf = async (file: string, isCompressed: boolean, signal: AbortSignal): Promise<string> => {
  const hash = createHash("sha256");
  if (isCompressed) await pipeline(createReadStream(file), createGunzip(), hash, { signal });
  else await pipeline(createReadStream(file), hash, { signal });
  return hash.digest("hex");
};

/** A crash after the renaming and before its record leaves no draft: then only the old file is left to remove. */
const replace = async (file: string, draft: string): Promise<void> => {
  const isThere = await stat(draft).then(
    () => true,
    () => false,
  );
  if (!isThere && !(await Bun.file(`${file}.gz`).exists())) throw new WorkflowError(`${draft} is gone`);
  if (isThere) {
    await sync(draft);
    await rename(draft, `${file}.gz`);
  }
  await rm(file, { force: true });
};

/** On disk before the original goes. */
const sync = async (file: string): Promise<void> => {
  const handle = await open(file, "r+");
  await handle.sync();
  await handle.close();
};
