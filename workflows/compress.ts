/**
 * Compresses the files of a folder, as one does with old logs: a child execution for each, so many at the same time.
 *
 *     wf run compress folder=/var/log/app
 *     wf run compress folder=/var/log/app olderThan=7d atOnce=8
 *
 * Killed in the middle, it goes on with the files that are left. `wf history @last` says which execution has which file.
 */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Workflow } from "wflite";
import { z } from "zod";
import { compressFile } from "./compress-file.ts";

const DAY_MS = 86_400_000;

const Input = z.object({
  /** Resolved when the execution starts: a tick by cron begins in another directory. */
  folder: z.string().transform((path) => resolve(path)),
  /** Days since a file was last written. */
  olderThan: z
    .string()
    .regex(/^\d+d$/, 'is not a number of days such as "7d"')
    .default("0d"),
  atOnce: z.coerce.number().int().min(1).max(100).default(4),
});

export default Workflow.define({
  name: "compress",
  description: "Compresses the files of a folder, each in an execution of its own",
  input: Input,
  output: z.object({ files: z.int(), before: z.int(), after: z.int() }),
  async run(ctx, { folder, olderThan, atOnce }) {
    const until = ctx.now() - Number.parseInt(olderThan) * DAY_MS;
    // The items of a map must be the same on every pass: a step gives them.
    const names = await ctx.step("list", () => filesOf(folder, until));
    const sizes = await ctx.map("files", names, (name, item) => item.run(compressFile, { file: join(folder, name) }), {
      concurrency: atOnce,
      key: (name) => name,
    });
    const sum = (of: "before" | "after") => sizes.reduce((total, size) => total + size[of], 0);
    return { files: sizes.length, before: sum("before"), after: sum("after") };
  },
});

/** Not those that are compressed already, nor hidden ones, nor what is not a plain file. */
const filesOf = async (folder: string, until: number): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !/^\.|\.gz$/.test(entry.name)).map((entry) => entry.name);
  const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs));
  return names.filter((_, at) => (times[at] ?? 0) <= until).sort();
};
