/** The options for headers, authentication and TLS of an outgoing webhook or an endpoint, as values of the API. */
import type { RequestOf, Schemas } from "../client/index.ts";
import { defined } from "../defined.ts";
import { usageFailure } from "./exit.ts";
import type { Io } from "./io.ts";
import { readText } from "./source.ts";
import { isMissing } from "./missing.ts";

type Values = Pick<RequestOf<"createWebhook">["body"], "headers" | "authentication" | "tls">;

/** Those of an add-on's endpoint. */
export interface EndpointAccessFlags {
  /** JSON text, or @ and the name of a file that has it; "" removes the headers. */
  readonly headers?: string;
  /** Files with PEM. */
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly tlsAuthorities?: string;
  /** False with --no-tls. */
  readonly tls?: boolean;
}

export interface AccessFlags extends EndpointAccessFlags {
  /** JSON text, or @ and the name of a file that has it; "" removes the authentication. */
  readonly authentication?: string;
}

/** What is given; what is left out stays as it is. @throws CommandFailure USAGE for what is no JSON, and what readText throws */
export async function toAccess(flags: AccessFlags, io: Io): Promise<Partial<Values>> {
  const { authentication } = flags;
  return defined({
    ...(await toEndpointAccess(flags, io)),
    authentication:
      authentication === undefined
        ? undefined
        : await readObject<Values["authentication"]>(authentication, "--authentication", io),
  });
}

/** The same for what an endpoint has of it. */
export async function toEndpointAccess(
  flags: EndpointAccessFlags,
  io: Io,
): Promise<Partial<Pick<Values, "headers" | "tls">>> {
  const { headers } = flags;
  return defined({
    headers:
      headers === undefined ? undefined : await readObject<Values["headers"]>(headers, "--headers", io),
    tls: await toTls(flags, io),
  });
}

async function readObject<T>(given: string, option: string, io: Io): Promise<T | null> {
  if (given === "") return null;
  const text = given.startsWith("@") ? await readText(given.slice(1), io) : given;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw usageFailure(
      `The value of ${option} is not JSON`,
      `Give a file, so that no secret is in the list of processes: ${option} @file.json`,
    );
  }
}

async function toTls(
  { tlsCertificate, tlsKey, tlsAuthorities, tls }: EndpointAccessFlags,
  io: Io,
): Promise<Values["tls"]> {
  if (tls === false) return null;
  const files = { certificate: tlsCertificate, key: tlsKey, authorities: tlsAuthorities };
  if (Object.values(files).every((file) => file === undefined)) return undefined;
  const read = (file: string | undefined) =>
    file === undefined
      ? undefined
      : readText(file, io, { content: "PEM", advice: "Give a PEM file that exists" });
  return defined({
    certificate: await read(tlsCertificate),
    key: await read(tlsKey),
    authorities: await read(tlsAuthorities),
  });
}

type Rows = readonly (readonly [name: string, value: string | null])[];

/** The rows of a webhook that is shown. */
export function accessRows({
  authentication,
  ...shown
}: Pick<Schemas["Webhook"], "headerNames" | "authentication" | "tls">): Rows {
  const [headers, ...tls] = headerAndTlsRows(shown);
  return [headers, ["authentication", isMissing(authentication) ? null : describe(authentication)], ...tls];
}

/** The rows of an endpoint that is shown. */
export function headerAndTlsRows({
  headerNames,
  tls,
}: Pick<Schemas["Webhook"], "headerNames" | "tls">): readonly [Rows[number], ...Rows] {
  const [certificate] = tls?.certificates ?? [];
  const authorities = (tls?.authorities ?? []).map(({ subject }) => subject);
  return [
    ["headers", headerNames.length === 0 ? null : headerNames.join(", ")],
    [
      "client certificate",
      certificate === undefined ? null : `${certificate.subject} until ${certificate.expiresAt}`,
    ],
    ["authorities", authorities.length === 0 ? null : authorities.join("; ")],
  ];
}

function describe({
  kind,
  expiresAt,
  tokenServer,
}: NonNullable<Schemas["Webhook"]["authentication"]>): string {
  if (!isMissing(tokenServer)) return `${kind} at ${tokenServer}`;
  return isMissing(expiresAt) ? kind : `${kind} until ${expiresAt}`;
}
