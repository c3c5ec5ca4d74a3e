/** Custom headers and TLS of the endpoints of add-ons, sealed. NULL: none of its own. */
import type { Dialect } from "../dialect.ts";

export const endpointAccess = {
  name: "0028-endpoint-access",
  usableFrom: "0.1.0",
  statements: ({ types: { bytes } }: Dialect): readonly string[] => [
    `ALTER TABLE callboard_endpoint ADD COLUMN headers_sealed ${bytes}`,
    `ALTER TABLE callboard_endpoint ADD COLUMN tls_sealed ${bytes}`,
  ],
};
