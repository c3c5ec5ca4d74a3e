/** Processes tell whether their proxy works. */
import type { Dialect } from "../dialect.ts";

export const proxy = {
  name: "0018-proxy",
  usableFrom: "0.1.0",
  statements: ({ types: { int } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_process ADD COLUMN proxy_fails ${int} NOT NULL DEFAULT 0`,
  ],
};
