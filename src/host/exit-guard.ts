/**
 * Keeps a workflow file from ending the process while it is loaded.
 *
 * One file that calls `process.exit` at its top would take every command with it that loads files, those of other workflows included. Steps
 * may call it: that is a crash of their execution, and counted as one.
 */
let loading = 0;
const exit = process.exit;

export const withoutExit = async <T>(load: () => Promise<T>): Promise<T> => {
  loading++;
  process.exit = refuse;
  try {
    return await load();
  } finally {
    if (--loading === 0) process.exit = exit;
  }
};

const refuse = (code?: number | string | null): never => {
  throw new Error(`it calls process.exit(${code ?? ""}) while it is loaded`);
};
