/** The fields of a request that may be form encoded, as the older REST APIs take them, or JSON. */
import type { Request } from "express";
import { CallboardError } from "../../../errors.ts";
import { SMALL_BODY_BYTES, formIn, readBody, readJsonObject } from "../http/body.ts";

/** Every value of each field as text. A name may end in `[]`, or in an index as in `ids[0]`; both are left out. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** @throws {CallboardError} BODY_TOO_LARGE, CONTENT_TYPE, BODY_SCHEMA for JSON values that a form could not hold */
export async function readFields(request: Request): Promise<Fields> {
  const type = (request.headers["content-type"] ?? "").toLowerCase();
  if (type.startsWith("application/json")) return fieldsOfJson(await readJsonObject(request));
  if (type !== "" && !type.startsWith("application/x-www-form-urlencoded")) {
    throw new CallboardError(
      "CONTENT_TYPE",
      "Send the body as application/x-www-form-urlencoded or application/json",
    );
  }
  const fields = new Map<string, string[]>();
  for (const [name, value] of formIn(await readBody(request, SMALL_BODY_BYTES))) {
    const plain = withoutIndex(name);
    const known = fields.get(plain);
    if (known === undefined) fields.set(plain, [value]);
    else known.push(value);
  }
  return fields;
}

/** The longest index of a list that a field has: `ids[0]`. */
const MAX_INDEX_LENGTH = 12;

function withoutIndex(name: string): string {
  return name.slice(0, -MAX_INDEX_LENGTH) + name.slice(-MAX_INDEX_LENGTH).replace(/\[\d*\]$/, "");
}

function fieldsOfJson(body: Readonly<Record<string, unknown>>): Fields {
  return new Map(
    Object.entries(body).map(([name, value]) => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return [name, values.map((each) => toText(name, each))];
    }),
  );
}

function toText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const detail = "must be a text, a number or true or false";
  throw new CallboardError("BODY_SCHEMA", `${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] });
}

/** The field's only value. */
export function textIn(fields: Fields, name: string): string | undefined {
  return fields.get(name)?.at(-1);
}

/** @throws {CallboardError} BODY_SCHEMA unless it is true or false */
export function booleanIn(fields: Fields, name: string): boolean | undefined {
  const text = textIn(fields, name);
  if (text === undefined) return undefined;
  if (text === "true" || text === "false") return text === "true";
  const detail = "must be true or false";
  throw new CallboardError("BODY_SCHEMA", `${name} ${detail}`, { errors: [{ pointer: `/${name}`, detail }] });
}
