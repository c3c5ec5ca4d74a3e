/** Finds the endpoints that fail or are paused among all that are healthy. */
import type { Dialect } from "../dialect.ts";

export const troubledEndpoints = {
  name: "0048-troubled-endpoints",
  usableFrom: "0.1.0",
  statements: (_dialect: Dialect): readonly string[] => [
    `CREATE INDEX callboard_endpoint_troubled ON callboard_endpoint (site_no, no)
      WHERE (failing_since IS NOT NULL OR paused_at IS NOT NULL)`,
  ],
};
