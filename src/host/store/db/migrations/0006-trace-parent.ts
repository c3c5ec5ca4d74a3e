/** The trace that an event belongs to, in the words of the one who sent it. */
import type { Dialect } from "../dialect.ts";

export const traceParent = {
  name: "0006-trace-parent",
  usableFrom: "0.1.0",
  statements: (dialect: Dialect): readonly string[] => [
    `ALTER TABLE callboard_event ADD COLUMN trace_parent ${dialect.types.text}`,
  ],
};
