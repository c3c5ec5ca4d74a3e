/** Address and names of the Inspector. Without a token it listens on loopback only. */
import { CallboardError } from "../errors.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** Throws CONFIG_INSECURE: what hosts send is shown on the pages. */
export function requireGuarded(address: string, accessToken: string | undefined): void {
  if (LOOPBACK.test(address) || (accessToken !== undefined && accessToken !== "")) return;
  throw new CallboardError("CONFIG_INSECURE", "An Inspector that is not on loopback needs an access token");
}

/**
 * The Host headers that are answered, which keeps a foreign name that resolves to us from reading the pages. Besides the
 * baseUrl's own these are the loopback names, with the port that is listened on.
 */
export function knownHosts(baseUrl: string, port: number, more: readonly string[]): ReadonlySet<string> {
  const own = ["localhost", "127.0.0.1", "[::1]"].map((name) => `${name}:${port}`);
  return new Set([new URL(baseUrl).host, ...own, ...more].map((host) => host.toLowerCase()));
}
