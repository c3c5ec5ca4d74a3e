/** Starts what every story needs: names, certificates, the proxy and the databases. */
import { AUTHORITY_FILE, makeAuthorities } from "./certificates.ts";
import { startDatabases } from "./databases.ts";
import { startNameServer } from "./names.ts";
import { startNginx } from "./nginx.ts";

export default async function startWorld(): Promise<() => Promise<void>> {
  makeAuthorities();
  // For the processes of the stories; what they start gets it by name.
  process.env["NODE_EXTRA_CA_CERTS"] = AUTHORITY_FILE;
  const stops = await Promise.all([startDatabases(), startNameServer(), startNginx()]);
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
