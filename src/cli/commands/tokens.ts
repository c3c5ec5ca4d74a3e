/** `callboard tokens …` */
import type { RequestOf, Schemas } from "../../client/index.ts";
import { everyItem } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import type { Client } from "../client.ts";
import { confirm } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

type Token = Schemas["Token"];

export async function createToken(
  { io, client }: Context,
  name: string,
  options: {
    readonly scope: RequestOf<"createToken">["body"]["scopes"];
    readonly site?: string;
    readonly addon?: string;
    readonly owner?: string;
    /** ISO 8601. */
    readonly expires?: string;
    readonly json?: boolean;
  },
): Promise<Ending> {
  const { scope: scopes, site, addon, owner, expires: expiresAt } = options;
  const made = await client.createToken({
    body: { name, scopes, ...defined({ site, addon, owner, expiresAt }) },
  });
  io.note("Save this token now: it is not shown again\n");
  print(io, options, made, [made.token]);
  return "done";
}

export async function listTokens({ io, client }: Context, options: ListFlags): Promise<Ending> {
  const list = await fetchList(io, options, (page) => client.listTokens({ query: page }));
  const rows = list.items.map(
    ({ id, name, scopes, site, addon, owner, lastUsedAt, revokedAt, expiresAt }) => [
      id,
      printable(name),
      scopes.join(","),
      [site ?? "every site", ...listWhose(addon, owner)].join(", "),
      isMissing(revokedAt) ? `last used ${lastUsedAt ?? "never"}` : `revoked ${revokedAt}`,
      isMissing(expiresAt) ? "" : `expires ${expiresAt}`,
    ],
  );
  printTable(io, options, list, { head: ["ID", "NAME", "SCOPES", "SITE", "USE", "EXPIRES"], rows });
  return "done";
}

/** The only receivers of a token. */
function listWhose(addon: string | null, owner: string | null): readonly string[] {
  if (!isMissing(addon)) return [`add-on ${printable(addon)}`];
  return isMissing(owner) ? [] : [`owner ${printable(owner)}`];
}

export async function revokeToken(
  { io, client }: Context,
  id: string,
  options: { readonly yes?: boolean; readonly json?: boolean },
): Promise<Ending> {
  const token = await findToken(client, id);
  if (token !== undefined && isMissing(token.revokedAt)) {
    const { name, scopes, site, lastUsedAt } = token;
    const reach = `${scopes.join(", ")} on ${site ?? "every site"}`;
    await confirm(
      io,
      `Revoking "${name}" ends its access: ${reach}, last used ${lastUsedAt ?? "never"}.`,
      options,
    );
  }
  await client.revokeToken({ path: { id } });
  print(io, options, { id, revoked: true }, [`revoked: ${id}`]);
  return "done";
}

/** Undefined for an unknown one, which the server refuses with the reason. */
export async function findToken(client: Pick<Client, "listTokens">, id: string): Promise<Token | undefined> {
  for await (const listed of everyItem((page) => client.listTokens({ query: page }))) {
    if (listed.id === id) return listed;
  }
  return undefined;
}
