/** Scopes that were granted to installations, as JSON text, and the directory of add-ons. */
import type { Dialect } from "../dialect.ts";

export const scopesAndDirectory = {
  name: "0017-scopes-and-directory",
  usableFrom: "0.1.0",
  statements: ({ types: { big, text } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_installation ADD COLUMN granted_scopes ${text} NOT NULL DEFAULT '[]'`,
    `CREATE TABLE callboard_directory_entry (
      addon_key ${text} PRIMARY KEY, descriptor_url ${text} NOT NULL, name ${text} NOT NULL, vendor ${text},
      description ${text}, version ${text}, edited ${text} NOT NULL, added_at ${big} NOT NULL, added_by ${text} NOT NULL,
      read_at ${big} NOT NULL, failed_at ${big}, failure_code ${text}, failure ${text}, check_at ${big} NOT NULL)`,
    `CREATE INDEX callboard_directory_entry_due ON callboard_directory_entry (check_at)`,
    `CREATE INDEX callboard_directory_entry_url ON callboard_directory_entry (descriptor_url)`,
  ],
};
