/** The products whose catalogue is open to everyone. A row stays when it is closed again: processes follow its number. */
import type { Dialect } from "../dialect.ts";

export const publicCatalogue = {
  name: "0016-public-catalogue",
  usableFrom: "0.1.0",
  statements: ({ types: { int, text } }: Dialect): readonly string[] => [
    `CREATE TABLE callboard_public_catalogue (
      product ${text} PRIMARY KEY, no ${int} NOT NULL, is_public ${int} NOT NULL)`,
  ],
};
