/**
 * How Callboard authenticates itself to the receiver of an outgoing webhook, beside the signature: what can be asked for, and the
 * `authorization` header that follows. Pure; times are arguments.
 * Sources: RFC 7617 (Basic), RFC 6750 (bearer), RFC 6749, section 4.4 (client credentials).
 */
import type { Problem } from "../../errors.ts";
import { isObject } from "../../json/object.ts";
import { parseToken } from "../../protocol/parsed-token.ts";
import { refuse } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { whyNotLine } from "./text.ts";

export const AUTHENTICATION_KINDS = ["basic", "bearer", "oauth2"] as const;
export type AuthenticationKind = (typeof AUTHENTICATION_KINDS)[number];

/** Where a token server expects ID and secret of the client (RFC 6749, section 2.3.1). */
export const CLIENT_METHODS = ["basic", "post"] as const;
export type ClientMethod = (typeof CLIENT_METHODS)[number];

export type Authentication = BasicAuthentication | BearerAuthentication | OAuthClient;

interface BasicAuthentication {
  readonly kind: "basic";
  readonly user: string;
  readonly password: string;
}

interface BearerAuthentication {
  readonly kind: "bearer";
  readonly token: string;
  /** Epoch ms; that of a JWT is read from it. */
  readonly expiresAt?: number;
}

/** A client that gets access tokens with its own credentials. */
export interface OAuthClient {
  readonly kind: "oauth2";
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientMethod: ClientMethod;
  readonly scope?: string;
  readonly audience?: string;
}

const MAX_USER_LENGTH = 255;
const MAX_SECRET_LENGTH = 1_000;
const MAX_BEARER_LENGTH = 6 * 1_024;
const MAX_URL_LENGTH = 2_048;
const MAX_SCOPE_LENGTH = 1_000;

/** Visible ASCII (RFC 6750, section 2.1, takes less; some servers give more). */
export const BEARER_TOKEN = /^[\x21-\x7e]+$/;
/** RFC 6749, appendix A.4. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
/** RFC 3339 with a time zone. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads an authentication as the API has it. A refusal has every problem; it never quotes a secret. */
export function readAuthentication(given: unknown, pointer: string, now: number): Reading<Authentication> {
  const kind = isObject(given) ? given["kind"] : undefined;
  if (!isObject(given) || !AUTHENTICATION_KINDS.some((known) => known === kind)) {
    return refuse([problem(`${pointer}/kind`, `must be one of ${AUTHENTICATION_KINDS.join(", ")}`)]);
  }
  const members = new MemberReader(given, pointer);
  const value = READERS[kind as AuthenticationKind](members, now);
  const problems = members.allProblems();
  return problems.length > 0 ? refuse(problems) : { kind: "value", value };
}

const READERS: Readonly<Record<AuthenticationKind, (members: MemberReader, now: number) => Authentication>> =
  { basic: readBasic, bearer: readBearer, oauth2: readOAuthClient };

function readBasic(members: MemberReader): BasicAuthentication {
  const user = members.text("user", { maxLength: MAX_USER_LENGTH });
  if (user.includes(":")) members.refuse("user", "must not have a colon, which ends it in the header");
  return { kind: "basic", user, password: members.text("password", { maxLength: MAX_SECRET_LENGTH }) };
}

function readBearer(members: MemberReader, now: number): BearerAuthentication {
  const token = members.text("token", { maxLength: MAX_BEARER_LENGTH });
  if (token !== "" && !BEARER_TOKEN.test(token)) {
    members.refuse("token", "must have visible ASCII characters alone, without the word Bearer before it");
  }
  const given = members.optionalText("expiresAt", 40);
  if (given !== undefined && (!TIME.test(given) || Number.isNaN(Date.parse(given)))) {
    members.refuse("expiresAt", "must be a time such as 2026-01-31T12:00:00Z");
  }
  const expiresAt = given === undefined ? readExpiry(token) : Date.parse(given);
  if (expiresAt !== undefined && expiresAt <= now) {
    members.refuse(given === undefined ? "token" : "expiresAt", "has expired");
  }
  return { kind: "bearer", token, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** Returns the `exp` of a JWT in epoch ms; undefined for any other token. */
function readExpiry(token: string): number | undefined {
  const parsed = parseToken(token);
  const exp = parsed.ok ? parsed.claims["exp"] : undefined;
  // The latest time of a date, in seconds.
  return typeof exp === "number" && exp > 0 && exp <= 8.64e12 ? Math.floor(exp * 1_000) : undefined;
}

function readOAuthClient(members: MemberReader): OAuthClient {
  const tokenUrl = members.text("tokenUrl", { maxLength: MAX_URL_LENGTH });
  const clientId = members.text("clientId", { maxLength: MAX_USER_LENGTH });
  const clientSecret = members.text("clientSecret", { maxLength: MAX_SECRET_LENGTH });
  const scope = members.optionalText("scope", MAX_SCOPE_LENGTH);
  if (scope !== undefined && !SCOPE.test(scope)) {
    members.refuse("scope", "must have words of visible ASCII characters, with one space between them");
  }
  const audience = members.optionalText("audience", MAX_URL_LENGTH);
  const method = members.optionalText("clientMethod", 40) ?? "basic";
  const clientMethod = CLIENT_METHODS.find((known) => known === method);
  if (clientMethod === undefined)
    members.refuse("clientMethod", `must be one of ${CLIENT_METHODS.join(", ")}`);
  return {
    kind: "oauth2",
    tokenUrl,
    clientId,
    clientSecret,
    clientMethod: clientMethod ?? "basic",
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  };
}

/** Reads the members of an object, notes every problem, and finds the members that nobody read. */
class MemberReader {
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #pointer: string;
  readonly #read = new Set(["kind"]);
  readonly #problems: Problem[] = [];

  constructor(given: Readonly<Record<string, unknown>>, pointer: string) {
    this.#given = given;
    this.#pointer = pointer;
  }

  refuse(name: string, detail: string): void {
    this.#problems.push(problem(`${this.#pointer}/${name}`, detail));
  }

  /** "" if the member is refused. */
  text(name: string, { maxLength }: { readonly maxLength: number }): string {
    const value = this.optionalText(name, maxLength);
    if (value === undefined && !this.#problems.some(({ pointer }) => pointer.endsWith(`/${name}`))) {
      this.refuse(name, "must be given");
    }
    return value ?? "";
  }

  optionalText(name: string, maxLength: number): string | undefined {
    this.#read.add(name);
    const value = this.#given[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string" || value === "" || value.length > maxLength) {
      this.refuse(name, `must be a text of 1 to ${maxLength} characters`);
      return undefined;
    }
    const why = whyNotLine(value);
    if (why === undefined) return value;
    this.refuse(name, why);
    return undefined;
  }

  allProblems(): readonly Problem[] {
    const others = Object.keys(this.#given).filter((name) => !this.#read.has(name));
    const unknown = others.map((name) =>
      problem(`${this.#pointer}/${name.slice(0, 100).toWellFormed()}`, "is not a member of this kind"),
    );
    return [...this.#problems, ...unknown];
  }
}

const problem = (pointer: string, detail: string): Problem => ({
  pointer,
  detail,
  code: "AUTHENTICATION_INVALID",
});

/** Returns the value of the `authorization` header. Undefined for a client, which has to get a token first. */
export function formatAuthorization(authentication: Authentication): string | undefined {
  switch (authentication.kind) {
    case "basic": {
      const { user, password } = authentication;
      return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    }
    case "bearer":
      return formatBearer(authentication.token);
    case "oauth2":
      return undefined;
  }
}

export const formatBearer = (token: string): string => `Bearer ${token}`;
