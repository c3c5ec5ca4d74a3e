/** `callboard token` */
import { parseDuration } from "../../config.ts";
import { confirm } from "../consent.ts";
import { usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";

interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly site: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly expiresAt: string | null;
}

export async function createToken(
  { io, client }: Context,
  name: string,
  options: {
    readonly scope: readonly string[];
    readonly site?: string;
    readonly expires?: string;
    readonly json?: boolean;
  },
): Promise<Ending> {
  const { scope: scopes, site } = options;
  const made = await client.call<Token & { readonly token: string }>("POST", "/tokens", {
    name,
    scopes,
    ...(site === undefined ? {} : { site }),
    ...(options.expires === undefined ? {} : { expiresAt: parseExpiry(options.expires) }),
  });
  io.note("keep it: it is not shown again\n");
  print(io, options, made, [made.token]);
  return "done";
}

function parseExpiry(text: string): string {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return new Date(Date.now() + durationMs).toISOString();
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw usageFailure(`--expires ${text} is neither a duration such as 90d nor an ISO 8601 time`);
}

export async function listTokens(
  { io, client }: Context,
  options: { readonly json?: boolean },
): Promise<Ending> {
  const list = await client.callList<{ readonly items: readonly Token[] }>("/tokens");
  const rows = list.items.map(({ id, name, scopes, site, lastUsedAt, revokedAt, expiresAt }) => [
    id,
    printable(name),
    scopes.join(","),
    site ?? "every site",
    revokedAt === null ? `last used ${lastUsedAt ?? "never"}` : `revoked ${revokedAt}`,
    expiresAt === null ? "" : `expires ${expiresAt}`,
  ]);
  printTable(io, options, list, { head: ["ID", "NAME", "SCOPES", "SITE", "USE", "EXPIRES"], rows: rows });
  return "done";
}

export async function revokeToken(
  { io, client }: Context,
  id: string,
  options: { readonly yes?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const { items } = await client.callList<{ readonly items: readonly Token[] }>("/tokens");
  const token = items.find((each) => each.id === id);
  if (token !== undefined && token.revokedAt === null) {
    const { name, scopes, site, lastUsedAt } = token;
    const reach = `${scopes.join(", ")} on ${site ?? "every site"}`;
    await confirm(
      io,
      `Revoking "${name}" ends its access: ${reach}, last used ${lastUsedAt ?? "never"}.`,
      options,
    );
  }
  await client.call("DELETE", `/tokens/${encodeURIComponent(id)}`);
  print(io, options, { id, revoked: true }, [`revoked: ${id}`]);
  return "done";
}
