/** `callboard open`: prints a link that logs a browser in to the web app, once. */
import type { Ending } from "../exit.ts";
import type { Context } from "../context.ts";
import { print } from "../io.ts";

interface LoginLink {
  readonly url: string;
  readonly expiresAt: string;
}

export async function open({ io, client }: Context, options: { readonly json?: boolean }): Promise<Ending> {
  const link = await client.call<LoginLink>("POST", "/login-links");
  print(io, options, link, [link.url]);
  return "done";
}
