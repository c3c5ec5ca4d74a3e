/** The fields for headers, authentication and TLS in the form of a receiver, read back as what the registry checks. */
import type { AccessSettings } from "../../model/access.ts";
import { AUTHENTICATION_KINDS } from "../../model/authentication.ts";
import type { AuthenticationKind } from "../../model/authentication.ts";
import { listEndings } from "../../model/ending-credentials.ts";
import type { Wish } from "../../model/rotation.ts";
import { KEEP } from "../../model/rotation.ts";
import { listCertificates } from "../../model/tls-settings.ts";
import type { AccessWishes } from "../../registry/outgoing/access.ts";

const GIVEN_CHOICES = ["keep", "none", "given"] as const;
type GivenChoice = (typeof GIVEN_CHOICES)[number];
const AUTHENTICATION_CHOICES = ["keep", "none", ...AUTHENTICATION_KINDS] as const;

/** Text fields, named as in the form. */
const TEXTS = [
  "headers",
  "authUser",
  "authPassword",
  "authToken",
  "authExpiresAt",
  "authTokenUrl",
  "authClientId",
  "authClientSecret",
  "authClientMethod",
  "authScope",
  "authAudience",
  "tlsCertificate",
  "tlsKey",
  "tlsAuthorities",
] as const;

export interface AccessFields {
  readonly headersChoice: GivenChoice;
  readonly authenticationChoice: (typeof AUTHENTICATION_CHOICES)[number];
  readonly tlsChoice: GivenChoice;
  readonly texts: Readonly<Record<(typeof TEXTS)[number], string>>;
}

/** A form without the field changes nothing. */
const choose = <C extends string>(choices: readonly C[], text: string | null): C | "keep" =>
  choices.find((choice) => choice === text) ?? "keep";

/** Saved values are never put into a field. */
export function accessFields({ headers, authentication, tls }: AccessSettings): AccessFields {
  const choice = (value: unknown) => (value === undefined ? "none" : "keep");
  return {
    headersChoice: choice(headers),
    authenticationChoice: choice(authentication),
    tlsChoice: choice(tls),
    texts: toTexts(() => ""),
  };
}

export function readAccessFields(form: URLSearchParams): AccessFields {
  return {
    headersChoice: choose(GIVEN_CHOICES, form.get("headersChoice")),
    authenticationChoice: choose(AUTHENTICATION_CHOICES, form.get("authenticationChoice")),
    tlsChoice: choose(GIVEN_CHOICES, form.get("tlsChoice")),
    texts: toTexts((name) => form.get(name)?.replaceAll("\r\n", "\n").trim() ?? ""),
  };
}

const toTexts = (find: (name: string) => string): AccessFields["texts"] =>
  Object.fromEntries(TEXTS.map((name) => [name, find(name)])) as AccessFields["texts"];

export function toAccessWishes(fields: AccessFields): Required<AccessWishes> {
  const { headersChoice, authenticationChoice, tlsChoice, texts } = fields;
  const { tlsCertificate: certificate, tlsKey: key, tlsAuthorities: authorities } = texts;
  return {
    headers: toWish(headersChoice, () => toHeaders(texts.headers)),
    authentication:
      authenticationChoice === "keep" || authenticationChoice === "none"
        ? toWish(authenticationChoice, () => undefined)
        : { kind: "given", value: toAuthentication(authenticationChoice, texts) },
    tls: toWish(tlsChoice, () => ({ certificate, key, authorities })),
  };
}

function toWish(choice: GivenChoice, read: () => unknown): Wish<unknown> {
  if (choice === "keep") return KEEP;
  return choice === "none" ? { kind: "none" } : { kind: "given", value: read() };
}

/** One header on each line. A line without a colon is a name without a value, which is refused. */
function toHeaders(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.trim(), value.join(":").trim()];
    }),
  );
}

/** Empty fields are as if left out. */
function toAuthentication(kind: AuthenticationKind, texts: AccessFields["texts"]): object {
  const members = {
    basic: { user: texts.authUser, password: texts.authPassword },
    bearer: { token: texts.authToken, expiresAt: texts.authExpiresAt },
    oauth2: {
      tokenUrl: texts.authTokenUrl,
      clientId: texts.authClientId,
      clientSecret: texts.authClientSecret,
      clientMethod: texts.authClientMethod,
      scope: texts.authScope,
      audience: texts.authAudience,
    },
  }[kind];
  return { kind, ...Object.fromEntries(Object.entries(members).filter(([, text]) => text !== "")) };
}

export type AccessView = ReturnType<typeof accessView>;

/** What a saved receiver has, for the page: no value of it. */
export function accessView({ headers, authentication, tls }: AccessSettings) {
  return {
    headerNames: (headers?.value ?? []).map(([name]) => name),
    authenticationKind: authentication?.value.kind,
    certificates: [
      ...listCertificates(tls?.value.client?.certificate),
      ...listCertificates(tls?.value.authorities),
    ],
    hasTls: tls !== undefined,
    endings: listEndings({ authentication, tls }),
  };
}
