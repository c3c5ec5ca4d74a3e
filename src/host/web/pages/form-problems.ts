/** Problems of a form in the words of its fields: the API names members, people see labels. Pure. */
import type { Problem } from "../../../errors.ts";

interface FormProblem {
  /** Of the field that it is about; undefined if it is about none. */
  readonly id: string | undefined;
  /** A sentence. */
  readonly text: string;
}

/** The field of a member, by the beginning of its pointer; the longest one counts. */
const FIELDS: Readonly<Record<string, readonly [id: string, label: string]>> = {
  "/active": ["active", "Active"],
  "/addon": ["addon", "Add-on"],
  "/authentication": ["authentication", "Authentication"],
  "/authentication/audience": ["authAudience", "Audience"],
  "/authentication/clientId": ["authClientId", "Client ID"],
  "/authentication/clientSecret": ["authClientSecret", "Client secret"],
  "/authentication/expiresAt": ["authExpiresAt", "End of the token"],
  "/authentication/password": ["authPassword", "Password"],
  "/authentication/scope": ["authScope", "Scope"],
  "/authentication/token": ["authToken", "Token"],
  "/authentication/tokenUrl": ["authTokenUrl", "Token URL"],
  "/authentication/user": ["authUser", "User name"],
  "/baseUrl": ["baseUrl", "Base URL"],
  "/bodyFilter": ["bodyFilter", "Body filter"],
  "/bodyRetention": ["bodyRetention", "Body retention period"],
  "/description": ["description", "Description"],
  "/events": ["events", "Events"],
  "/filter": ["filter", "JQL"],
  "/format": ["format", "Format"],
  "/headers": ["headers", "Headers"],
  "/key": ["key", "Key"],
  "/logo": ["logo", "Logo"],
  "/name": ["name", "Name"],
  "/orderBy": ["orderBy", "Order by"],
  "/origins": ["origins", "Origins"],
  "/owner": ["owner", "Owner"],
  "/pace": ["pace", "Pace"],
  "/pace/rate": ["rateCount", "Attempts at most"],
  "/pace/retryDelaysMs": ["retryDelays", "Own retry delays"],
  "/pace/slots": ["slots", "Requests at the same time"],
  "/pace/timeoutMs": ["timeout", "Request timeout"],
  "/payload": ["payload", "Payload"],
  "/product": ["product", "Product"],
  "/project": ["project", "Project"],
  "/retention": ["retention", "Retention period"],
  "/retryProfile": ["retryProfile", "Retry schedule"],
  "/routingKey": ["routingKey", "Routing key"],
  "/scope": ["scope", "Scopes"],
  "/scopes": ["scope", "Scopes"],
  "/secret": ["secret", "Secret"],
  "/signature": ["signature", "Signature"],
  "/since": ["since", "Events since"],
  "/template": ["template", "Template"],
  "/title": ["title", "Title"],
  "/tls": ["tls", "Client certificate and authorities"],
  "/tls/authorities": ["tlsAuthorities", "Authorities"],
  "/tls/client/certificate": ["tlsCertificate", "Client certificate"],
  "/tls/client/key": ["tlsKey", "Private key"],
  "/to": ["to", "Receiver"],
  "/until": ["until", "Until"],
  "/url": ["url", "URL"],
  "/verify": ["verify", "Check of the URL"],
};

/** What the API says of members that forms have in another way. */
const REWORDED: readonly (readonly [api: string, form: string])[] = [
  ["; leave it out for every event", ", unless All events is ticked"],
  ["must be given again, or null", "must be given again, or removed"],
  [", or send null for what is not needed", ", or choose none for what is not needed"],
  [", or send null for no signature", ", or choose none"],
  [", in base64", ""],
];

/** A detail that goes on from the name of a member. */
const PREDICATE = /^(?:must|is|are|has|have|can|can't|cannot|needs|does|doesn't|belongs)\b/;

const capitalize = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const endSentence = (text: string): string => (/[.?!…]$/.test(text) ? text : `${text}.`);

function findField(pointer: string): readonly [id: string, label: string] | undefined {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    if (Object.hasOwn(FIELDS, path)) return FIELDS[path];
  }
  return undefined;
}

/** "must begin with https" of /url is "URL must begin with https." */
export function toFormProblem({ pointer, detail }: Pick<Problem, "pointer" | "detail">): FormProblem {
  const field = findField(pointer);
  const text = REWORDED.reduce((before, [api, form]) => before.replace(api, form), detail);
  const [id, label] = field ?? [undefined, pointer.replace(/^\//, "")];
  const sentence = PREDICATE.test(text) && label !== "" ? `${label} ${text}` : capitalize(text);
  return { id, text: endSentence(sentence) };
}
