/** Credentials of a receiver's settings that end some day: they are announced before. Pure. */
import type { AccessSettings } from "./access.ts";
import { certificateDays, toldOfCertificate } from "./operational.ts";
import type { Told } from "./operational.ts";
import { firstExpiry, listCertificates } from "./tls-settings.ts";

export interface EndingCredential {
  readonly kind: "bearer token" | "client certificate" | "certificate authority";
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Lists the credentials whose end is known, however far away. */
export function listEndings({ authentication, tls }: AccessSettings): readonly EndingCredential[] {
  const token = authentication?.value.kind === "bearer" ? authentication.value.expiresAt : undefined;
  const ends = [
    ["bearer token", token],
    ["client certificate", firstExpiry(listCertificates(tls?.value.client?.certificate))],
    ["certificate authority", firstExpiry(listCertificates(tls?.value.authorities))],
  ] as const;
  return ends.flatMap(([kind, expiresAt]) => (expiresAt === undefined ? [] : [{ kind, expiresAt }]));
}

/** Lists those whose end is so near that it is announced, the ones that have ended included. */
export const listNearEndings = (settings: AccessSettings, now: number): readonly EndingCredential[] =>
  listEndings(settings).filter(({ expiresAt }) => certificateDays(expiresAt, now) !== undefined);

/** An announcement, and its subject, which differs for each of the 30, 7 and 1 days before the end. */
export interface EndingAnnouncement extends Told {
  readonly subject: string;
}

/** Returns what is to be announced of the receiver with this name; each subject once. */
export function announceEndings(
  settings: AccessSettings,
  name: string,
  now: number,
): readonly EndingAnnouncement[] {
  if (settings.authentication === undefined && settings.tls === undefined) return [];
  return listEndings(settings).flatMap(({ kind, expiresAt }): readonly EndingAnnouncement[] => {
    const days = certificateDays(expiresAt, now);
    if (days === undefined) return [];
    const told = toldOfCertificate(expiresAt, now);
    const subject = `${kind} ${days} ${expiresAt}`;
    return kind === "bearer token"
      ? [{ subject, event: "token.expiring", facts: { ...told.facts, token: name } }]
      : [{ subject, event: told.event, facts: { ...told.facts, certificate: kind } }];
  });
}
