/** Tests of `npm run test:stores` that say what isn't so on a cluster of Citus, each with the reason. `CITUS_URL` leaves them out. */
import { afterAll, beforeEach } from "vitest";
import { CITUS_URL, dropOwnCopies } from "../support/citus.ts";

const PLANS = "a statement has its plan on the server with the shard";
const TRUSTS = "the servers of the cluster accept each other without a password";

export const NOT_ON_CITUS: Readonly<Record<string, string>> = {
  "each row is looked up in its primary key, also in a plan that was made while the tables were small": PLANS,
  "what is waiting is found along the short index of it": PLANS,
  "what is leased is found along the short index of it": PLANS,
  "two processes that migrate an empty database at once take turns":
    "the extension is in the schema that is emptied",
  "a wrong password is told with the setting that has it, and never the password": TRUSTS,
  "while its database is away the host runs on, and reads again when it is back":
    "the cluster is not the test's own, and goes on",
};

if (CITUS_URL !== undefined) {
  const cluster = CITUS_URL;
  beforeEach(({ task, skip }) => {
    const reason = NOT_ON_CITUS[task.name];
    if (reason !== undefined) skip(reason);
  });
  afterAll(() => dropOwnCopies(cluster));
}
