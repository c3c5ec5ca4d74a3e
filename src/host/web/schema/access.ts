/** Headers, authentication and TLS of a receiver: as requests give them, and as responses show them. */
import { AUTHENTICATION_KINDS, CLIENT_METHODS } from "../../model/authentication.ts";
import { MAX_CUSTOM_HEADERS } from "../../model/custom-headers.ts";
import { anyObject, array, checkedByCode, named, nullable, object, choice, string, time } from "./schema.ts";

const UNTIL = nullable(
  time("Time until which the previous value is sent if the receiver refuses the new one"),
);

const CERTIFICATE = named(
  "Certificate",
  object("A certificate", {
    subject: string("Subject; can be empty"),
    fingerprint: string("SHA-256 of the certificate, as pairs of hexadecimal digits"),
    expiresAt: time("End of its validity"),
  }),
);

/** Members of a receiver in responses. No secret is among them. */
export const SHOWN_HEADERS = {
  headerNames: array(
    "Names of the custom headers; their values are never shown",
    string("Name in lowercase"),
  ),
  previousHeadersUntil: UNTIL,
};

export const SHOWN_TLS = {
  tls: nullable(
    named(
      "TlsSettings",
      object("TLS settings of its own; the key is never shown", {
        certificates: array("The client certificate, then its chain; empty without one", CERTIFICATE),
        authorities: array(
          "Authorities that its certificate must come from; empty for the well-known ones",
          CERTIFICATE,
        ),
        previousUntil: UNTIL,
      }),
    ),
  ),
};

export const SHOWN_AUTHENTICATION = {
  authentication: nullable(
    named(
      "Authentication",
      object("How Callboard authenticates itself; no secret is ever shown", {
        kind: choice("Kind", AUTHENTICATION_KINDS),
        expiresAt: nullable(time("End of a bearer token, if it is known")),
        tokenServer: nullable(string("Origin of the token URL; null for other kinds than oauth2")),
        previousUntil: UNTIL,
      }),
    ),
  ),
};

const KEPT = "Left out of a change it stays, null removes it";

/** Members of a request. The code behind the door checks them, and has a code of their own for each problem. */
export const GIVEN_HEADERS = {
  headers: nullable(
    checkedByCode(anyObject(`Custom headers by name; their values are never shown again. ${KEPT}`), {
      additionalProperties: { type: "string", maxLength: 4096 },
      maxProperties: MAX_CUSTOM_HEADERS,
    }),
  ),
};

export const GIVEN_TLS = {
  tls: nullable(
    checkedByCode(
      anyObject(
        `Client certificate with its key, and authorities in place of the well-known ones, as PEM; the key is never shown again. ${KEPT}`,
      ),
      {
        additionalProperties: false,
        properties: {
          certificate: nullable(string("The certificate, then its chain")),
          key: nullable(string("Its private key, not encrypted")),
          authorities: nullable(string("Certificates that are trusted for this receiver alone")),
        },
      },
    ),
  ),
};

export const GIVEN_AUTHENTICATION = {
  authentication: nullable(
    checkedByCode(anyObject(`Authentication; its secrets are never shown again. ${KEPT}`), {
      additionalProperties: false,
      required: ["kind"],
      properties: {
        kind: choice("Kind, which says what other members there are", AUTHENTICATION_KINDS),
        user: string("basic: user name"),
        password: string("basic: password"),
        token: string("bearer: the token, without the word Bearer"),
        expiresAt: nullable(
          time("bearer: end of the token, to be announced before; that of a JWT is read from it"),
        ),
        tokenUrl: string("oauth2: URL of the token endpoint"),
        clientId: string("oauth2: ID of the client"),
        clientSecret: string("oauth2: secret of the client"),
        clientMethod: nullable(
          choice("oauth2: place of ID and secret: the header (the default), or the body", CLIENT_METHODS),
        ),
        scope: nullable(string("oauth2: scopes, with a space between each two")),
        audience: nullable(string("oauth2: audience, for token servers that ask for one")),
      },
    }),
  ),
};
