/** `callboard keys` */
import type { Ending } from "../exit.ts";
import type { Context } from "../index.ts";
import { columns, print } from "../io.ts";

interface KeyList {
  readonly items: readonly {
    readonly kid: string;
    readonly createdAt: string;
    readonly retiredAt: string | null;
  }[];
}

const linesOf = ({ items }: KeyList) =>
  columns(
    items.map(({ kid, createdAt, retiredAt }) => [
      kid,
      createdAt,
      retiredAt === null ? "signs" : `retired ${retiredAt}`,
    ]),
  );

export async function listKeys(
  { io, client }: Context,
  options: { readonly json?: boolean },
): Promise<Ending> {
  const list = await client.call<KeyList>("GET", "/keys");
  print(io, options, list, linesOf(list));
  return "done";
}

/** There is one kind of key, `signing`. */
export async function rotateKeys(
  { io, client }: Context,
  _what: string,
  options: { readonly json?: boolean },
): Promise<Ending> {
  const list = await client.call<KeyList>("POST", "/keys/rotate");
  print(io, options, list, linesOf(list));
  return "done";
}
