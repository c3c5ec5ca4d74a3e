/** The components of the OpenAPI document: named schemas, and the parameters and responses that operations share. */
import { findName, rulesOfCode } from "../schema/schema.ts";
import type { Schema } from "../schema/schema.ts";

type Node = Readonly<Record<string, unknown>>;

export interface Components {
  /** Returns a reference to the schema if it has a name, else the schema with such references within. */
  readonly refer: (schema: Schema) => Node;
  /** The same for a schema whose own name does not matter. */
  readonly expand: (schema: Schema) => Node;
  /** Returns a reference to this response. The same response is one component. */
  readonly respond: (name: string, response: object) => Node;
  /** Returns a reference to the parameter, which is the same wherever it has this name. */
  readonly addParameter: (name: string, parameter: object) => Node;
  readonly schemas: () => Readonly<Record<string, object>>;
  readonly parameters: () => Readonly<Record<string, object>>;
  readonly responses: () => Readonly<Record<string, object>>;
}

export function createComponents(): Components {
  const schemas = new Map<string, Node>();
  const responses = new Map<string, { readonly name: string; readonly response: object }>();
  const parameters = new Map<string, object>();
  const named = new Map<string, number>();

  function refer(schema: object): Node {
    const name = findName(schema);
    if (name === undefined) return expand(schema);
    if (!schemas.has(name)) {
      // Before what is within it, which may name it too.
      schemas.set(name, {});
      schemas.set(name, expand(schema));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  const expand = (schema: object): Node =>
    Object.fromEntries(
      Object.entries({ ...schema, ...rulesOfCode(schema) }).map(([key, value]) => [key, convert(value)]),
    );

  function convert(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(convert);
    return typeof value === "object" && value !== null ? refer(value) : value;
  }

  return {
    refer,
    expand,
    respond: (title, response) => {
      const text = JSON.stringify(response);
      const known = responses.get(text);
      const count = (named.get(title) ?? 0) + (known === undefined ? 1 : 0);
      named.set(title, count);
      const first = title.replaceAll(/[^A-Za-z]/g, "");
      const { name } = known ?? { name: count === 1 ? first : `${first}${count}` };
      responses.set(text, { name, response });
      return { $ref: `#/components/responses/${name}` };
    },
    addParameter: (name, parameter) => {
      parameters.set(name, parameter);
      return { $ref: `#/components/parameters/${name}` };
    },
    parameters: () => Object.fromEntries(sortByName([...parameters])),
    schemas: () => Object.fromEntries(sortByName([...schemas])),
    responses: () =>
      Object.fromEntries(
        sortByName([...responses.values()].map(({ name, response }) => [name, response] as const)),
      ),
  };
}

const sortByName = <T>(entries: readonly (readonly [string, T])[]) =>
  [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
