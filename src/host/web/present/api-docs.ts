/** The OpenAPI document as pages: an overview, one page for each group of operations, and the error codes. Pure. */
import { ERROR_CODES } from "../../../errors.ts";
import { isObject } from "../../../json/object.ts";
import { collectNames, describeSchema } from "./api-schema.ts";
import type { MemberRow, SchemaView } from "./api-schema.ts";

type Node = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Node[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Node; readonly example?: object }>>;
  };
  readonly responses: Readonly<Record<string, Node>>;
}

/** What is read of the document of `openApiDocument`. */
export interface ApiDocument {
  readonly info: { readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Node>>;
    readonly parameters: Readonly<Record<string, Node>>;
    readonly responses: Readonly<Record<string, Node>>;
  };
}

export interface ParameterRow extends MemberRow {
  /** path, query or header. */
  readonly place: string;
}

export interface OperationView {
  readonly id: string;
  readonly method: string;
  /** As the document has it, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly ParameterRow[];
  readonly body: SchemaView | undefined;
  /** Of an example request: the path and the body. */
  readonly example: { readonly path: string; readonly body: string | undefined };
  readonly success: {
    readonly status: string;
    readonly description: string;
    readonly body: SchemaView | undefined;
  };
  /** Error codes by their status. */
  readonly problems: readonly { readonly status: string; readonly codes: readonly string[] }[];
}

export interface NamedSchema extends SchemaView {
  readonly name: string;
}

export interface GroupView {
  readonly name: string;
  /** Its place in a path. */
  readonly slug: string;
  readonly description: string;
  readonly operations: readonly OperationView[];
  /** Schemas that its operations name; those of problem documents are with the error codes. */
  readonly schemas: readonly NamedSchema[];
}

export interface ErrorsView {
  readonly codes: readonly { readonly code: string; readonly status: number; readonly meaning: string }[];
  readonly schemas: readonly NamedSchema[];
}

const PROBLEM_SCHEMA = { $ref: "#/components/schemas/Problem" };

/** Returns the groups that have operations, in the order of the document. */
export function describeGroups(document: ApiDocument): readonly GroupView[] {
  const all = Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
  return document.tags.flatMap(({ name, description }) => {
    const own = all.filter(({ operation }) => operation.tags.includes(name));
    if (own.length === 0) return [];
    const names = collectNames(
      own.map(({ operation }) => [operation.requestBody, operation.responses]),
      document.components.schemas,
    );
    return [
      {
        name,
        slug: toSlug(name),
        description,
        operations: own.map((each) => describeOperation(each, document)),
        schemas: describeNamed(names, document),
      },
    ];
  });
}

/** Returns every code that an operation lists, with the schemas of problem documents. */
export function describeErrors(document: ApiDocument): ErrorsView {
  const listed = new Set(Object.values(document.components.responses).flatMap(listCodes));
  return {
    codes: Object.entries(ERROR_CODES)
      .filter(([code]) => listed.has(code))
      .map(([code, [status, meaning]]) => ({ code, status, meaning })),
    schemas: describeNamed(collectNames([PROBLEM_SCHEMA], document.components.schemas), document),
  };
}

const toSlug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, "-");

const describeNamed = (names: readonly string[], { components }: ApiDocument): readonly NamedSchema[] =>
  [...names].sort().flatMap((name) => {
    const schema = components.schemas[name];
    return schema === undefined ? [] : [{ name, ...describeSchema(schema) }];
  });

interface Found {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function describeOperation({ path, method, operation }: Found, { components }: ApiDocument): OperationView {
  const { operationId, summary, description, requestBody, responses } = operation;
  const parameters = operation.parameters.map((parameter) => resolve(parameter, components.parameters));
  const body = requestBody?.content["application/json"];
  const [status = "", success = {}] = Object.entries(responses).find(([each]) => each.startsWith("2")) ?? [];
  return {
    id: operationId,
    method,
    path,
    summary,
    description,
    parameters: parameters.map(describeParameter),
    body: body === undefined ? undefined : describeSchema(body.schema),
    example: {
      path: fillPath(path, parameters),
      body: body?.example === undefined ? undefined : JSON.stringify(body.example, null, 2),
    },
    success: { status, description: String(success["description"]), body: describeContent(success) },
    problems: Object.entries(responses)
      .map(([each, response]) => ({
        status: each,
        codes: listCodes(resolve(response, components.responses)),
      }))
      .filter(({ codes }) => codes.length > 0),
  };
}

/** The component that is referred to, or the value itself. */
function resolve(value: Node, components: Readonly<Record<string, Node>>): Node {
  const { $ref: reference } = value;
  return typeof reference === "string" ? (components[reference.split("/").at(-1) ?? ""] ?? {}) : value;
}

function describeParameter({ name, in: place, required, description, schema }: Node): ParameterRow {
  const { type, rules } = describeSchema(isObject(schema) ? schema : {});
  const row = { name: String(name), place: String(place), isRequired: required === true, type, rules };
  return { ...row, description: String(description) };
}

function describeContent({ content }: Node): SchemaView | undefined {
  // JSON, or a stream.
  const [media] = isObject(content) ? Object.values(content) : [];
  return isObject(media) && isObject(media["schema"]) ? describeSchema(media["schema"]) : undefined;
}

const listCodes = ({ "x-callboard-codes": codes }: Node): readonly string[] =>
  Array.isArray(codes) ? codes.map(String) : [];

/** The path with an example in the place of each parameter. */
function fillPath(path: string, parameters: readonly Node[]): string {
  return path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const { schema } = parameters.find((each) => each["name"] === name) ?? {};
    const [example] =
      isObject(schema) && Array.isArray(schema["examples"]) ? (schema["examples"] as unknown[]) : [];
    return typeof example === "string" ? encodeURIComponent(example) : whole;
  });
}
