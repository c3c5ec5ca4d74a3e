/** What limits the throughput of a process. */
import type { Dialect } from "../dialect.ts";

export const processBottleneck = {
  name: "0021-process-bottleneck",
  usableFrom: "0.1.0",
  statements: ({ types: { text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_process ADD COLUMN bottleneck ${text}`,
  ],
};
