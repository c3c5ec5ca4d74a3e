/** Bodies of requests as JSON, with parts that are JSON text already. Pure. */

/**
 * JSON text that is sent as it is, in place of a body or of one of its members: numbers keep their digits and objects the order of
 * their keys, and the text is not parsed. `new JsonText('{"n":23.000}')`
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A body that can be given as text, or have members that are. */
export type WithText<Body> = JsonText | { readonly [Name in keyof Body]: Body[Name] | JsonText };

/** Returns the JSON of a body, an object. Members that are undefined are left out. */
export function toJson(body: unknown): string {
  if (body instanceof JsonText) return body.text;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return JSON.stringify(body);
  const members = Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    value === undefined ? [] : [`${JSON.stringify(name)}:${memberText(value)}`],
  );
  return `{${members.join(",")}}`;
}

const memberText = (value: unknown): string =>
  value instanceof JsonText ? value.text : JSON.stringify(value);
