/** `callboard keys` */
import type { Schemas } from "../../client/index.ts";
import { confirm } from "../consent.ts";
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import type { Table } from "../table.ts";
import { isMissing } from "../missing.ts";

type KeyList = Schemas["SigningKeyPage"];

/** Longer than a process takes to learn which key seals: what it sealed with the old one until then is found afterwards. */
const OTHER_PROCESSES_MS = 5_000;

const toTable = ({ items }: KeyList): Table => ({
  head: ["ID", "CREATED", "STATE", "WITHDRAWN"],
  rows: items.map(({ kid, createdAt, retiredAt, withdrawnAt }) => [
    kid,
    createdAt,
    isMissing(retiredAt) ? "signs" : `retired ${retiredAt}`,
    isMissing(withdrawnAt) ? "" : `withdrawn ${withdrawnAt}`,
  ]),
});

export async function listKeys({ io, client }: Context, options: ListFlags): Promise<Ending> {
  const list = await fetchList(io, options, (page) => client.listKeys({ query: page }));
  printTable(io, options, list, toTable(list));
  return "done";
}

/** There is one kind of key, `signing`. */
export async function rotateKeys(
  { io, client }: Context,
  _what: string,
  options: { readonly json?: boolean },
): Promise<Ending> {
  const list = await client.rotateKey();
  printTable(io, options, list, toTable(list));
  return "done";
}

export async function withdrawKey(
  { io, client }: Context,
  kid: string,
  options: { readonly yes?: boolean; readonly json?: boolean },
): Promise<Ending> {
  await confirm(
    io,
    `Withdrawing ${kid} takes effect at once: tokens that it signed can no longer be verified.`,
    options,
  );
  const list = await client.withdrawKey({ path: { kid } });
  printTable(io, options, list, toTable(list));
  return "done";
}

/** Replaces the master key while the server runs. Can be interrupted and repeated at any point. */
export async function rekey({ io, client }: Context, options: { readonly json?: boolean }): Promise<Ending> {
  let done = 0;
  const encryptAll = async (): Promise<Schemas["Rekey"]> => {
    for (;;) {
      const result = await client.rekey();
      done += result.done;
      if (result.done > 0)
        io.note(`${done} secrets encrypted with the new key, ${result.remaining} remain\n`);
      if (result.remaining === 0) return result;
    }
  };
  await encryptAll();
  await new Promise((resolve) => setTimeout(resolve, OTHER_PROCESSES_MS));
  const { from, to } = await encryptAll();
  print(io, options, { from, to, done }, [
    `All secrets are encrypted with the master key ${to}.`,
    "Now set CALLBOARD_MASTER_KEY to the new key (or write it into the master key file), remove",
    "CALLBOARD_MASTER_KEY_NEXT, and restart every process. Keep the old key for old backups only.",
  ]);
  return "done";
}
