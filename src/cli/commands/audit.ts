/** `callboard audit` */
import type { Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import { counted } from "../consent.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit.ts";
import { print, printable } from "../io.ts";
import { fetchList } from "../list.ts";
import type { ListFlags } from "../list.ts";
import { printTable } from "../table.ts";
import { isMissing } from "../missing.ts";

interface ListOptions extends ListFlags {
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
}

export async function listAudit({ io, client }: Context, options: ListOptions): Promise<Ending> {
  const { search, since, until } = options;
  const filter = defined({ q: search, since, until });
  const list = await fetchList(io, options, (page) => client.listAudit({ query: { ...page, ...filter } }));
  const rows = list.items.map(({ at, actor, action, object, detail, address }) => [
    at,
    printable(actor),
    action,
    printable(object),
    printable(detail),
    address,
  ]);
  printTable(io, options, list, {
    head: ["TIME", "ACTOR", "ACTION", "OBJECT", "DETAIL", "ADDRESS"],
    rows,
  });
  return "done";
}

/** Fails if the chain isn't intact. */
export async function verifyAudit(
  { io, client }: Context,
  options: { readonly checkpoint?: string; readonly json?: boolean },
): Promise<Ending> {
  const { checkpoint } = options;
  const result = await client.verifyAudit({ query: defined({ checkpoint }) });
  print(io, options, result, toLines(result));
  return result.verified ? "done" : "failed";
}

function toLines(result: Schemas["AuditCheck"]): readonly string[] {
  const { verified, entries, last, unchained, keyLost, problem, checkpoint } = result;
  const count = counted(entries, "entry", "entries");
  const upTo = isMissing(last) ? "" : ` up to ${last.at}`;
  return [
    verified ? `verified: ${count}${upTo}` : `NOT verified: ${problem?.detail ?? ""}`,
    ...(verified || isMissing(last) ? [] : [`  ${count} before it${upTo} fit the chain`]),
    ...(unchained === 0
      ? []
      : [
          `  ${counted(unchained, "entry", "entries")} from before the chain began: only the common hash is checked`,
        ]),
    ...(keyLost === 0
      ? []
      : [
          `  the key of ${counted(keyLost, "entry", "entries")} was lost with a master key; later entries protect them`,
        ]),
    ...(isMissing(checkpoint)
      ? []
      : [`checkpoint ${checkpoint}`, "  Keep it elsewhere, and give it to the next check with --checkpoint"]),
  ];
}
