import { describeOn } from "../support/databases.ts";
import { describeStore } from "./conformance.ts";

describeOn("SQLite", (newUrl) => describeStore("in a file", "file", newUrl));
describeOn("SQLite in memory", (newUrl) => describeStore("of its own", "memory", newUrl));
describeOn("PostgreSQL", (newUrl) => describeStore("directly", "shared", newUrl));
