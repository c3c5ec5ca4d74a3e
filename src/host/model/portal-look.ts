/** How portals look, and which pages elsewhere may have them in a frame. Pure. */
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { whyNotLine } from "./text.ts";
import { parseUrl } from "../../parse-url.ts";

/** Formats of a logo. SVG is none of them, because it can carry scripts. */
const LOGO_TYPES = {
  "image/png": (bytes: Buffer) => bytes.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex")),
  "image/jpeg": (bytes: Buffer) => bytes.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex")),
  "image/webp": (bytes: Buffer) =>
    bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP",
} as const;
export type LogoType = keyof typeof LOGO_TYPES;

export const MAX_LOGO_BYTES = 64 * 1024;
export const MAX_TITLE_LENGTH = 60;
export const MAX_ORIGINS = 20;

export interface Logo {
  readonly type: LogoType;
  readonly base64: string;
}

export interface PortalLook {
  /** Undefined for "Callboard". */
  readonly title: string | undefined;
  readonly logo: Logo | undefined;
  /** Origins whose pages may have a portal in a frame. */
  readonly origins: readonly string[];
}

export const PLAIN_LOOK: PortalLook = { title: undefined, logo: undefined, origins: [] };

/** Null removes; what is left out stays. */
export interface PortalLookChange {
  readonly title?: string | null;
  /** The bytes of the image in base64. */
  readonly logo?: string | null;
  readonly origins?: readonly string[];
}

/** @throws {CallboardError} LOGO_INVALID, or BODY_SCHEMA with every problem */
export function changeLook(before: PortalLook, change: PortalLookChange): PortalLook {
  const { title, logo, origins } = change;
  const problems = [...titleProblems(title), ...originProblems(origins)];
  const [first] = problems;
  if (first !== undefined) {
    throw new CallboardError("BODY_SCHEMA", `${first.pointer} ${first.detail}`, { errors: problems });
  }
  return {
    title: title === undefined ? before.title : (title ?? undefined),
    logo: logo === undefined ? before.logo : logo === null ? undefined : readLogo(logo),
    origins: origins === undefined ? before.origins : [...new Set(origins.map(toOrigin))],
  };
}

/** The sources of the CSP directive `frame-ancestors`. */
export const formatAncestors = ({ origins }: PortalLook): string =>
  origins.length === 0 ? "'none'" : origins.join(" ");

function titleProblems(title: string | null | undefined): readonly Problem[] {
  if (title === undefined || title === null) return [];
  const why =
    title.trim() === "" || title.length > MAX_TITLE_LENGTH
      ? `must have 1 to ${MAX_TITLE_LENGTH} characters`
      : whyNotLine(title);
  return why === undefined ? [] : [{ pointer: "/title", detail: why }];
}

function originProblems(origins: readonly string[] = []): readonly Problem[] {
  return [
    ...(origins.length > MAX_ORIGINS
      ? [{ pointer: "/origins", detail: `must have at most ${MAX_ORIGINS} origins` }]
      : []),
    ...origins.flatMap((text, position) =>
      isOrigin(text)
        ? []
        : [
            {
              pointer: `/origins/${position}`,
              detail: "must be an origin such as https://app.example.com, with https unless it is localhost",
            },
          ],
    ),
  ];
}

/** A browser drops the cookie of a frame unless both pages are secure. It takes pages of this machine for secure. */
function isOrigin(text: string): boolean {
  const url = parseUrl(text);
  if (url === undefined) return false;
  const { protocol, hostname } = url;
  const isSecure = protocol === "https:" || (protocol === "http:" && hostname === "localhost");
  // A URL's host may have characters that mean something in a policy, such as ; and *.
  const isPlain = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/.test(hostname);
  return isSecure && isPlain && toOrigin(text) === text.toLowerCase().replace(/\/$/, "");
}

const toOrigin = (text: string): string => new URL(text).origin;

function readLogo(base64: string): Logo {
  const bytes = Buffer.from(base64, "base64");
  const types = Object.keys(LOGO_TYPES) as LogoType[];
  const type = types.find((each) => LOGO_TYPES[each](bytes));
  if (type === undefined || bytes.length > MAX_LOGO_BYTES) {
    const detail = `must be a PNG, JPEG or WebP image of at most ${MAX_LOGO_BYTES / 1024} KiB, in base64`;
    throw new CallboardError("LOGO_INVALID", `The logo ${detail}`, {
      errors: [{ pointer: "/logo", detail, code: "LOGO_INVALID" }],
    });
  }
  return { type, base64: bytes.toString("base64") };
}
