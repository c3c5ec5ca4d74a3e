/**
 * Imports event types from an AsyncAPI 3 document (AsyncAPI Specification 3.0.0). It is read without AsyncAPI's own parser,
 * which fetches remote references. Pure.
 */
import { readMember } from "../../json/member.ts";
import { createImporter, follow, toImportError } from "./import.ts";
import type { Found, ImportOptions, Imported, Importer } from "./import.ts";
import { quote } from "./problems.ts";
import { isObject } from "../../json/object.ts";

/** Formats of schemas that are JSON Schema, or nearly so. */
const JSON_SCHEMA = /^application\/(?:vnd\.aai\.asyncapi|schema\+|vnd\.oai\.openapi)/;

/**
 * Returns a product with an event type for each message that the application sends; without such operations, for each message
 * of all channels. Schemas are copied as far as they are needed.
 * @throws {CallboardError} PRODUCT_IMPORT (422) for another version, or a document without messages; PRODUCT_INVALID (422)
 * for a key that a product can't have; PRODUCT_TOO_LARGE (413)
 */
export function importAsyncApi(document: unknown, options: ImportOptions): Imported {
  if (!isObject(document)) throw toImportError("An AsyncAPI document must be an object.");
  const { asyncapi } = document;
  if (typeof asyncapi !== "string" || !/^3\./.test(asyncapi)) {
    const version =
      asyncapi === undefined
        ? "not AsyncAPI"
        : `AsyncAPI ${quote(typeof asyncapi === "string" ? asyncapi : "")}`;
    throw toImportError(`The document is ${version}. Callboard reads AsyncAPI 3.`);
  }
  const importer = createImporter(document, options);
  const taken = new Set<unknown>();
  for (const { name, given, group } of listMessages(document, importer)) {
    const message = follow(document, given);
    if (!isObject(message))
      importer.note(`The message ${quote(name)} was left out: its reference is remote or leads nowhere.`);
    // Several channels and operations can have the same message.
    else if (!taken.has(message)) importer.add(toFound(document, { name, message, group }, importer.note));
    taken.add(message);
  }
  return importer.finish();
}

interface Message {
  readonly name: string;
  readonly given: unknown;
  readonly group: unknown;
}

function listMessages(document: unknown, { note }: Importer): readonly Message[] {
  const operations = readMember(document, "operations");
  const sending = (isObject(operations) ? Object.values(operations) : [])
    .map((operation) => follow(document, operation))
    .filter((operation) => readMember(operation, "action") === "send");
  if (sending.length > 0) return sending.flatMap((operation) => messagesOfOperation(document, operation));
  note("The document has no operation with the action send: the messages of all channels are taken.");
  const channels = readMember(document, "channels");
  return isObject(channels)
    ? Object.entries(channels).flatMap(([key, channel]) => messagesOfChannel(follow(document, channel), key))
    : [];
}

function messagesOfOperation(document: unknown, operation: unknown): readonly Message[] {
  const reference = readMember(operation, "channel");
  const channel = follow(document, reference);
  const key = lastStep(readMember(reference, "$ref"));
  const chosen = readMember(operation, "messages");
  if (!Array.isArray(chosen)) return messagesOfChannel(channel, key);
  return chosen.map((given: unknown) => ({
    name: lastStep(readMember(given, "$ref")) ?? "message",
    given,
    group: readMember(channel, "title") ?? key,
  }));
}

function messagesOfChannel(channel: unknown, key: string | undefined): readonly Message[] {
  const messages = readMember(channel, "messages");
  return isObject(messages)
    ? Object.entries(messages).map(([name, given]) => ({
        name,
        given,
        group: readMember(channel, "title") ?? key,
      }))
    : [];
}

const lastStep = (reference: unknown): string | undefined =>
  typeof reference === "string" ? reference.split("/").at(-1) : undefined;

function toFound(
  document: unknown,
  { name, message, group }: { readonly name: string; readonly message: unknown; readonly group: unknown },
  note: (text: string) => void,
): Found {
  const named = readMember(message, "name");
  const tags = readMember(message, "tags");
  const examples = readMember(message, "examples");
  return {
    name: typeof named === "string" && named.trim() !== "" ? named : name,
    label: readMember(message, "title"),
    description:
      readMember(message, "description") ?? readMember(message, "summary") ?? readMember(message, "title"),
    group: (Array.isArray(tags) ? readMember(follow(document, tags[0]), "name") : undefined) ?? group,
    isDeprecated: readMember(message, "deprecated") === true,
    schema: findSchema(name, readMember(message, "payload"), note),
    examples: Array.isArray(examples) ? examples.map((each) => readMember(each, "payload")) : [],
  };
}

function findSchema(name: string, payload: unknown, note: (text: string) => void): unknown {
  const format = readMember(payload, "schemaFormat");
  if (typeof format !== "string") return payload;
  if (JSON_SCHEMA.test(format)) return readMember(payload, "schema");
  note(`The message ${quote(name)} has no schema: its format is ${quote(format)}.`);
  return undefined;
}
