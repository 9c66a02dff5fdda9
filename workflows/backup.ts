/**
 * Copies a folder to `<to>/<name>-<time>`, compares both, and keeps the newest copies.
 *
 *     wf run backup from=photos to=/mnt/disk
 *     wf run backup from=photos to=/mnt/disk keep=30 tries=5 wait=1m
 *
 * The copy grows under a hidden name and gets its own only once every file of it has the SHA-256 of its original. A file that changes
 * meanwhile makes the two differ; then it waits and copies again. Only folders whose whole name is `<name>-<time>` are ever removed, and
 * the hidden copy of this very execution.
 *
 * Kept of each entry: content, permissions, time of change, and the text of a symbolic link, which is not followed. Left out: owners, and
 * sockets, pipes and devices, which are logged.
 */
import { lstat, readdir, realpath, rename } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { Workflow, WorkflowError } from "wflite";
import { z } from "zod";
import { compareTrees, copyTree, exists, removeTree } from "./tree.ts";

/** Resolved when the execution starts: a tick by cron begins in another directory. */
const path = z
  .string()
  .min(1)
  .transform((text) => resolve(text));

const Input = z.object({
  from: path,
  /** Must exist: a folder made on the way would hide that a disk is not mounted. */
  to: path,
  /** Copies kept, this one among them. */
  keep: z.coerce.number().int().min(1).max(10_000).default(7),
  tries: z.coerce.number().int().min(1).max(100).default(3),
  wait: z
    .string()
    .regex(/^\d+(?:\.\d+)?(?:ms|[smhdw])$/, 'is not a duration such as "30s"')
    .default("30s"),
});

/** Of those that differ or are left out. */
const PATHS_NAMED = 20;

export default Workflow.define({
  name: "backup",
  description: "Copies a folder, compares the copy, and keeps the newest",
  input: Input,
  output: z.object({ copy: z.string(), files: z.int(), sizeBytes: z.int(), removed: z.array(z.string()) }),
  async run(ctx, { keep, tries, wait, ...input }) {
    const { from, to } = await ctx.step("look at the folders", () => checkFolders(input));
    const name = basename(input.from);
    const copy = join(to, `${name}-${stampOf(ctx.now())}`);
    const draft = join(to, `.${basename(copy)}-${ctx.executionId}`);

    for (let tried = 1; ; tried++) {
      const { leftOut, ...size } = await ctx.step("copy", async ({ signal }) => {
        await removeTree(draft);
        const copied = await copyTree(from, draft, signal);
        return { ...copied, leftOut: copied.leftOut.slice(0, PATHS_NAMED) };
      });
      if (leftOut.length > 0) ctx.log.warn("left out, neither file, folder nor link", leftOut);

      const differing = await ctx.step("compare", async ({ signal }) => (await compareTrees(from, draft, signal)).slice(0, PATHS_NAMED));
      if (differing.length === 0) {
        await ctx.step("give it its name", () => publish(draft, copy));
        const removed = await ctx.step("remove old copies", () => removeOld(to, name, keep));
        return { copy, ...size, removed };
      }
      ctx.log.warn("changed while it was copied", differing);
      if (tried === tries) {
        await ctx.step("remove the draft", () => removeTree(draft));
        throw new WorkflowError(`${from} does not hold still: ${tries} copies differed, the last in ${differing.join(", ")}`);
      }
      await ctx.sleep("let it settle", wait);
    }
  },
});

/** @throws WorkflowError where trying again cannot help */
const checkFolders = async (input: { readonly from: string; readonly to: string }): Promise<{ from: string; to: string }> => {
  const [from, to] = [await folder(input.from), await folder(input.to)];
  if (basename(input.from) === "") throw new WorkflowError(`${input.from} has no name to give to its copy`);
  const way = relative(from, to);
  if (way !== ".." && !way.startsWith(`..${sep}`)) throw new WorkflowError(`${input.to} lies in ${input.from}: the copy would hold itself`);
  return { from, to };
};

const folder = async (given: string): Promise<string> => {
  const found = await realpath(given).catch(() => undefined);
  if (found === undefined || !(await lstat(found)).isDirectory()) throw new WorkflowError(`${given} is not a folder`);
  return found;
};

/** `20260301T090000123Z`: as text it sorts by time. */
const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:.]/g, "");
const STAMP = /^\d{8}T\d{9}Z$/;

/** A crash after the renaming and before its record leaves the copy under its name already. */
const publish = async (draft: string, copy: string): Promise<void> => {
  const isDone = !(await exists(draft)) && (await exists(copy));
  if (!isDone) await rename(draft, copy);
};

const removeOld = async (to: string, name: string, keep: number): Promise<string[]> => {
  const isCopy = (text: string): boolean => text.startsWith(`${name}-`) && STAMP.test(text.slice(name.length + 1));
  const entries = await readdir(to, { withFileTypes: true });
  const copies = entries.filter((entry) => entry.isDirectory() && isCopy(entry.name)).map((entry) => entry.name);
  const old = copies.sort().slice(0, -keep);
  for (const each of old) await removeTree(join(to, each));
  return old;
};
