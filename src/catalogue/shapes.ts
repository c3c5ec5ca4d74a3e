/**
 * Shapes: objects that many bodies of a product have, such as a user, in a notation like that of TypeScript. They become the shared
 * schemas of the product, from which the field lists and the types of bodies follow. Pure.
 */
import type { JsonObject } from "../json/object.ts";
import { USUAL } from "./schema.ts";
import { toTypeSchema } from "./type-notation.ts";

/**
 * The type of each member (`src/catalogue/type-notation.ts`); with a note, a pair. Every recorded body has the member, unless its
 * name ends in `?`. A name that ends in `!` is demanded by the schema, and one that ends in `*?` stands for all that begin so.
 */
export type Shape = Readonly<Record<string, string | readonly [type: string, note: string]>>;

/** Returns the schemas of shapes, by name. They demand few members: bodies of other years have fewer. */
export function createShapes(shapes: Readonly<Record<string, Shape>>): Readonly<Record<string, object>> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, toSchema(shape)]));
}

interface Member {
  readonly name: string;
  readonly schema: JsonObject;
  readonly presence: "demanded" | "usual" | "optional" | "alike";
}

const PRESENCE: Readonly<Record<string, Member["presence"]>> = {
  "!": "demanded",
  "": "usual",
  "?": "optional",
  "*?": "alike",
};

function toMember([written, given]: readonly [string, Shape[string]]): Member {
  const [, name = written, mark = ""] = /^(.*?)(!|\*?\?|)$/.exec(written) ?? [];
  const [type, note] = typeof given === "string" ? [given] : given;
  return {
    name,
    schema: { ...toTypeSchema(type), ...(note === undefined ? {} : { description: note }) },
    presence: PRESENCE[mark] ?? "usual",
  };
}

function toSchema(shape: Shape): JsonObject {
  const members = Object.entries(shape).map(toMember);
  const having = (...presence: readonly Member["presence"][]) =>
    members.filter((member) => presence.includes(member.presence));
  const lists = {
    required: having("demanded").map(({ name }) => name),
    [USUAL]: having("usual").map(({ name }) => name),
  };
  const alike = having("alike").map(({ name, schema }) => [`^${name}`, schema] as const);
  return {
    type: "object",
    properties: Object.fromEntries(
      having("demanded", "usual", "optional").map(({ name, schema }) => [name, schema]),
    ),
    ...(alike.length === 0 ? {} : { patternProperties: Object.fromEntries(alike) }),
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
  };
}
