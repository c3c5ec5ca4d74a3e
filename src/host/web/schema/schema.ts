/**
 * JSON Schemas (draft 2020-12) that carry the TypeScript type of their values: one description for the compiler, the checks and
 * the OpenAPI document. Pure.
 */

declare const VALUE: unique symbol;
declare const MEMBERS: unique symbol;
const RULES_OF_CODE = Symbol("rules of code");

/** A JSON Schema of values of the type T. */
export interface Schema<T = unknown> {
  readonly [keyword: string]: unknown;
  /** For the compiler only. */
  readonly [VALUE]?: T;
}

export type ValueOf<S> = S extends Schema<infer T> ? T : never;

type Rules = Readonly<Record<string, unknown>>;
/**
 * Adds rules that the code behind the door checks itself, because it has better words for them or a code of their own. They are in
 * the document, and no check of the schema sees them.
 */
export const checkedByCode = <S extends Schema>(schema: S, rules: Rules): S => ({
  ...schema,
  [RULES_OF_CODE]: { ...rulesOfCode(schema), ...rules },
});

export const rulesOfCode = (schema: object): Rules =>
  (schema as { readonly [RULES_OF_CODE]?: Rules })[RULES_OF_CODE] ?? {};

type Properties = Readonly<Record<string, Schema>>;
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- nothing is what it stands for
type NoMembers = Readonly<Record<never, Schema>>;
type ValuesOf<P> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** An object with members that are always there and members that can be missing. */
export interface ObjectSchema<
  R extends Properties = Properties,
  O extends Properties = Properties,
> extends Schema<ValuesOf<R> & Partial<ValuesOf<O>>> {
  readonly required: readonly string[];
  readonly properties: Properties;
  /** For the compiler only. */
  readonly [MEMBERS]?: readonly [R, O];
}

const names = new WeakMap<Schema, string>();

/** Gives a schema its name in `components.schemas`. References to it are the schema itself. */
export function named<S extends Schema>(name: string, schema: S): S {
  names.set(schema, name);
  return schema;
}

export const findName = (schema: object): string | undefined => names.get(schema as Schema);

/** @param ofCode rules that the code checks itself, see {@link checkedByCode} */
export const string = (description: string, rules: Rules = {}, ofCode: Rules = {}): Schema<string> =>
  checkedByCode({ type: "string", ...rules, description }, ofCode);

/** ISO 8601 in UTC, such as 2026-01-31T12:00:00.000Z. */
export const time = (description: string): Schema<string> => string(description, { format: "date-time" });

export const integer = (description: string, rules: Rules = {}): Schema<number> => ({
  type: "integer",
  ...rules,
  description,
});

export const number = (description: string, rules: Rules = {}): Schema<number> => ({
  type: "number",
  ...rules,
  description,
});

export const boolean = (description: string, rules: Rules = {}): Schema<boolean> => ({
  type: "boolean",
  ...rules,
  description,
});

/** One of these texts. */
export const choice = <const V extends string>(
  description: string,
  values: readonly V[],
  rules: Rules = {},
): Schema<V> => ({ type: "string", enum: [...values], ...rules, description });

/** One of these texts on this server; another server has others, so that types of clients take any text. */
export const openChoice = (description: string, values: readonly string[]): Schema<string> =>
  checkedByCode(choice<string>(description, values), { "x-callboard-open": true });

export const array = <T>(description: string, items: Schema<T>, rules: Rules = {}): Schema<readonly T[]> => ({
  type: "array",
  items,
  ...rules,
  description,
});

/** Any JSON value. */
export const anything = (description: string): Schema => ({ description });

/** An object with any members. */
export const anyObject = (description: string, rules: Rules = {}): Schema<object> => ({
  type: "object",
  additionalProperties: true,
  ...rules,
  description,
});

/** An object whose members, of any name, all have this schema. */
export const record = <T>(
  description: string,
  values: Schema<T>,
  rules: Rules = {},
): Schema<Readonly<Record<string, T>>> => ({
  type: "object",
  additionalProperties: values,
  ...rules,
  description,
});

export const object = <R extends Properties, O extends Properties = NoMembers>(
  description: string,
  required: R,
  optional?: O,
  rules: Rules = {},
): ObjectSchema<R, O> => ({
  type: "object",
  required: Object.keys(required),
  properties: { ...required, ...optional },
  ...rules,
  description,
});

/** The body of a request: an object without any other members. */
export const body = <R extends Properties, O extends Properties = NoMembers>(
  required: R,
  optional?: O,
  rules: Rules = {},
): ObjectSchema<R, O> =>
  object("Body of the request", required, optional, { additionalProperties: false, ...rules });

/** Rules of a body that has exactly one of these members. */
export const exactlyOne = (...members: readonly string[]): Rules => ({
  oneOf: members.map((name) => ({ required: [name] })),
});

/** The object with further members. */
export const extended = <
  BaseR extends Properties,
  BaseO extends Properties,
  R extends Properties,
  O extends Properties = NoMembers,
>(
  description: string,
  base: ObjectSchema<BaseR, BaseO>,
  required: R,
  optional?: O,
): ObjectSchema<Omit<BaseR, keyof R> & R, Omit<BaseO, keyof O> & O> => {
  const rules: Rules = base;
  return {
    ...rules,
    required: [...new Set([...base.required, ...Object.keys(required)])],
    properties: { ...base.properties, ...required, ...optional },
    description,
  };
};

/** The value or null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  if (names.has(schema)) return { anyOf: [schema, { type: "null" }] };
  const { type, enum: values } = schema;
  return {
    ...schema,
    type: [type, "null"],
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  };
}

/** A value of any of these schemas. */
export const union = <S extends readonly Schema[]>(
  description: string,
  ...schemas: S
): Schema<ValueOf<S[number]>> => ({ anyOf: schemas, description });

export const NEXT = nullable(string("The `cursor` of the next page; null on the last page"));

/** A page of a list. */
export const page = <T>(name: string, items: Schema<T>, description: string) =>
  named(
    name,
    object(description, {
      items: array(
        "The items of this page; a page can be short, even empty, and still have a next one",
        items,
      ),
      next: NEXT,
    }),
  );
