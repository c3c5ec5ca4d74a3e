/** `callboard login-link` and `callboard portal …` */
import { readFile } from "node:fs/promises";
import type { RequestOf, Schemas } from "../../client/index.ts";
import { defined } from "../../defined.ts";
import type { Context } from "../context.ts";
import { CommandFailure, usageFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { columns, print, printable } from "../io.ts";
import { isMissing } from "../missing.ts";

const MINUTE_MS = 60_000;

interface JsonOption {
  readonly json?: boolean;
}

interface LinkOptions extends JsonOption {
  readonly addon?: string;
  readonly owner?: string;
  readonly site?: string;
  /** Lifetime in ms. */
  readonly expires: number;
}

export async function createPortalLink({ io, client }: Context, options: LinkOptions): Promise<Ending> {
  const { addon, owner, site, expires } = options;
  if (addon === undefined && owner === undefined)
    throw usageFailure("The holder of the link is missing", "Give --addon KEY or --owner NAME");
  const minutes = Math.floor(expires / MINUTE_MS);
  const link = await client.createPortalLink({ body: { ...defined({ addon, owner, site }), minutes } });
  io.note(`The link works once, until ${link.expiresAt}\n`);
  print(io, options, link, [link.url]);
  return "done";
}

export async function showPortal({ io, client }: Context, options: JsonOption): Promise<Ending> {
  const look = await client.showPortalLook();
  print(io, options, look, toLines(look));
  return "done";
}

interface EditOptions extends JsonOption {
  readonly title?: string;
  readonly logo?: string;
  readonly origin?: readonly string[];
}

export async function editPortal({ io, client }: Context, options: EditOptions): Promise<Ending> {
  const { title, logo, origin } = options;
  const body: RequestOf<"changePortalLook">["body"] = defined({
    title: title === "" ? null : title,
    logo: logo === undefined ? undefined : await readLogo(logo),
    origins: origin?.filter((each) => each !== ""),
  });
  if (Object.keys(body).length === 0)
    throw usageFailure("Nothing to change was given", "Give --title, --logo or --origin");
  const look = await client.changePortalLook({ body });
  print(io, options, look, toLines(look));
  return "done";
}

async function readLogo(path: string): Promise<string | null> {
  if (path === "") return null;
  try {
    return (await readFile(path)).toString("base64");
  } catch {
    throw new CommandFailure("failed", "FILE", `The file ${printable(path)} can't be read`);
  }
}

const toLines = ({ title, logo, origins }: Schemas["PortalLook"]): readonly string[] =>
  columns([
    ["title", isMissing(title) ? "Callboard" : printable(title)],
    ["logo", logo ?? "none"],
    ["embedded by", origins.length === 0 ? "no origin" : origins.join(", ")],
  ]);
