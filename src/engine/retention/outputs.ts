/**
 * The files of executions that are gone go after them: rows first, since what is over can still be taken up again until they are deleted.
 *
 * An id is free from then on. So files are moved while nobody can begin an execution, and only those of ids that none has: whoever takes
 * such an id later keeps all that is written.
 */
import type { OutputFiles } from "../host.ts";
import type { RetentionStore } from "../store/retention.ts";

/** Others wait for the lock meanwhile; moving a folder takes a fraction of a millisecond. */
const MOVED_AT_ONCE = 100;

export const removeOutputs = async (
  store: Pick<RetentionStore, "whileUnused">,
  files: OutputFiles | undefined,
  deleted: readonly string[],
): Promise<void> => {
  if (files === undefined) return;
  const ids = files.having(deleted);
  if (ids.length === 0) return;
  for (let at = 0; at < ids.length; at += MOVED_AT_ONCE) {
    const some = ids.slice(at, at + MOVED_AT_ONCE);
    const ignoringCase = some.some((id) => files.ignoresCase(id));
    await store.whileUnused(some, (unused) => files.setAside(unused), { ignoringCase });
  }
  await files.clear();
};
