import { CITUS_URL } from "../support/citus.ts";
import { describeOn, newDistributedUrl } from "../support/databases.ts";
import { describeStore } from "./conformance.ts";

describeOn("SQLite", (newUrl) => describeStore("in a file", "file", newUrl));
describeOn("SQLite in memory", (newUrl) => describeStore("of its own", "memory", newUrl));
describeOn("PostgreSQL", (newUrl) => describeStore("directly", "shared", newUrl));
// The statements of a cluster, on one server: each must be of one site there as well.
if (CITUS_URL === undefined)
  describeOn("PostgreSQL", () => describeStore("as a distributed one", "distributed", newDistributedUrl));
