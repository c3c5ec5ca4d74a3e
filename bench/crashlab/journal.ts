/** A journal outside the processes under test: one JSON line per record, forced to the disk soon after. */
import { open } from "node:fs/promises";

export interface Journal<T> {
  readonly records: readonly T[];
  readonly add: (record: T) => void;
  /** Resolves when every record is on the disk. */
  readonly close: () => Promise<void>;
}

export async function openJournal<T>(path: string): Promise<Journal<T>> {
  const file = await open(path, "a");
  const records: T[] = [];
  let written = 0;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (written < records.length) {
      const lines = records.slice(written).map((record) => `${JSON.stringify(record)}\n`);
      written += lines.length;
      await file.appendFile(lines.join(""));
      await file.datasync();
    }
    writing = undefined;
  }
  return {
    records,
    add: (record) => {
      records.push(record);
      writing ??= Promise.resolve().then(write);
    },
    close: async () => {
      await writing;
      await file.close();
    },
  };
}
