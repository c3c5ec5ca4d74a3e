/** `callboard audit` */
import type { Ending } from "../exit.ts";
import { counted } from "../consent.ts";
import type { Context } from "../context.ts";
import { print, printable } from "../io.ts";
import { printTable } from "../table.ts";

interface Entry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: string;
  readonly address: string;
}

interface Verification {
  readonly verified: boolean;
  readonly entries: number;
  readonly last: { readonly id: string; readonly at: string } | null;
  readonly unchained: number;
  readonly keyLost: number;
  readonly problem: { readonly kind: string; readonly id: string | null; readonly detail: string } | null;
  readonly checkpoint: string | null;
}

export async function listAudit(
  { io, client }: Context,
  options: { readonly limit: number; readonly json?: boolean },
): Promise<Ending> {
  const list = await client.call<{ readonly items: readonly Entry[] }>(
    "GET",
    `/audit?limit=${options.limit}`,
  );
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
    rows: rows,
  });
  return "done";
}

/** Fails if the chain isn't intact. */
export async function verifyAudit(
  { io, client }: Context,
  options: { readonly checkpoint?: string; readonly json?: boolean },
): Promise<Ending> {
  const query =
    options.checkpoint === undefined ? "" : `?checkpoint=${encodeURIComponent(options.checkpoint)}`;
  const result = await client.call<Verification>("GET", `/audit/verify${query}`);
  print(io, options, result, linesOf(result));
  return result.verified ? "done" : "failed";
}

function linesOf({ verified, entries, last, unchained, keyLost, problem, checkpoint }: Verification) {
  const count = counted(entries, "entry", "entries");
  const upTo = last === null ? "" : ` up to ${last.at}`;
  return [
    verified ? `verified: ${count}${upTo}` : `NOT verified: ${problem?.detail ?? ""}`,
    ...(verified || last === null ? [] : [`  ${count} before it${upTo} fit the chain`]),
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
    ...(checkpoint === null
      ? []
      : [`checkpoint ${checkpoint}`, "  Keep it elsewhere, and give it to the next check with --checkpoint"]),
  ];
}
