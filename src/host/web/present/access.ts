/** Headers, authentication and TLS of a receiver, as pages and API show them: no secret is among what they get. */
import type { AccessSettings } from "../../model/access.ts";
import type { Wish } from "../../model/rotation.ts";
import { KEEP } from "../../model/rotation.ts";
import { listCertificates } from "../../model/tls-settings.ts";
import { isoTime } from "./values.ts";

export const presentHeaders = ({ headers }: Pick<AccessSettings, "headers">) => ({
  headerNames: (headers?.value ?? []).map(([name]) => name),
  previousHeadersUntil: isoTime(headers?.previous?.until),
});

export function presentTls({ tls }: Pick<AccessSettings, "tls">) {
  if (tls === undefined) return { tls: null };
  const present = (pem: string | undefined) =>
    listCertificates(pem).map(({ expiresAt, ...shown }) => ({ ...shown, expiresAt: isoTime(expiresAt) }));
  const { client, authorities } = tls.value;
  return {
    tls: {
      certificates: present(client?.certificate),
      authorities: present(authorities),
      previousUntil: isoTime(tls.previous?.until),
    },
  };
}

export function presentAuthentication({ authentication }: Pick<AccessSettings, "authentication">) {
  if (authentication === undefined) return { authentication: null };
  const { value, previous } = authentication;
  return {
    authentication: {
      kind: value.kind,
      expiresAt: isoTime(value.kind === "bearer" ? value.expiresAt : undefined),
      tokenServer: value.kind === "oauth2" ? new URL(value.tokenUrl).origin : null,
      previousUntil: isoTime(previous?.until),
    },
  };
}

/** Reads a member of a request: left out it stays, null removes it. */
export function toWish(given: object | null | undefined): Wish<unknown> {
  if (given === undefined) return KEEP;
  return given === null ? { kind: "none" } : { kind: "given", value: given };
}
