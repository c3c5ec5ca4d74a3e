/** Imports event types from the `webhooks` of an OpenAPI 3.1 document (OpenAPI Specification 3.1.1, 4.8.1). Pure. */
import { readMember } from "../../json/member.ts";
import { createImporter, follow, toImportError } from "./import.ts";
import type { Found, ImportOptions, Imported } from "./import.ts";
import { quote } from "./problems.ts";
import { isObject } from "../../json/object.ts";

const METHODS = ["post", "put", "patch", "get", "delete"];
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/**
 * Returns a product with an event type for each webhook: its schema is that of the JSON request body, its sample the first
 * example that fits. Schemas of the components are copied as far as they are needed.
 * @throws {CallboardError} PRODUCT_IMPORT (422) for another version, or a document without webhooks; PRODUCT_INVALID (422)
 * for a key that a product can't have; PRODUCT_TOO_LARGE (413)
 */
export function importOpenApi(document: unknown, options: ImportOptions): Imported {
  if (!isObject(document)) throw toImportError("An OpenAPI document must be an object.");
  const { openapi, swagger, webhooks } = document;
  if (swagger !== undefined) {
    throw toImportError(`The document is Swagger ${quoteVersion(swagger)}. Callboard reads OpenAPI 3.1.`);
  }
  if (typeof openapi !== "string" || !/^3\.1(?:\.|$)/.test(openapi)) {
    const version = openapi === undefined ? "not OpenAPI" : `OpenAPI ${quoteVersion(openapi)}`;
    throw toImportError(`The document is ${version}. Callboard reads OpenAPI 3.1.`);
  }
  if (!isObject(webhooks) || Object.keys(webhooks).length === 0) {
    throw toImportError("The OpenAPI document has no webhooks.");
  }
  const importer = createImporter(document, options);
  for (const [name, webhook] of Object.entries(webhooks)) {
    const item = follow(document, webhook);
    const method = METHODS.find((each) => isObject(readMember(item, each)));
    if (method === undefined) importer.note(`The webhook ${quote(name)} was left out: it has no operation.`);
    else importer.add(toFound(document, name, readMember(item, method), importer.note));
  }
  return importer.finish();
}

const quoteVersion = (version: unknown): string => quote(typeof version === "string" ? version : "");

function toFound(document: unknown, name: string, operation: unknown, note: (text: string) => void): Found {
  const body = follow(document, readMember(operation, "requestBody"));
  const content = readMember(body, "content");
  const type = isObject(content) ? Object.keys(content).find((each) => JSON_TYPE.test(each)) : undefined;
  if (type === undefined) note(`The webhook ${quote(name)} has no JSON body.`);
  const media = type === undefined ? undefined : readMember(content, type);
  const schema = readMember(media, "schema");
  const examples = readMember(media, "examples");
  const tags = readMember(operation, "tags");
  return {
    name,
    label: readMember(operation, "summary"),
    description: readMember(operation, "description") ?? readMember(operation, "summary"),
    group: Array.isArray(tags) ? tags[0] : undefined,
    isDeprecated: readMember(operation, "deprecated") === true,
    schema,
    examples: [
      readMember(media, "example"),
      ...(isObject(examples)
        ? Object.values(examples).map((each) => readMember(follow(document, each), "value"))
        : []),
    ],
  };
}
