/** The catalogue and products, as responses have them. */
import { EVENT_WITH_REPLACEMENT, RECEIVER } from "./parts.ts";
import {
  anyObject,
  anything,
  array,
  boolean,
  extended,
  integer,
  named,
  nullable,
  object,
  choice,
  page,
  string,
  time,
  union,
} from "./schema.ts";

export const EVENT_TYPE = named(
  "EventType",
  object("An event type of the catalogue", {
    product: string("Key of the product"),
    event: string("Name of the event type"),
    name: string("Label"),
    group: string("Group"),
    status: choice("Status", ["current", "legacy", "deprecated"]),
    replacedBy: nullable(string("Event type that replaces a deprecated one")),
  }),
);

export const EVENT_TYPE_PAGE = page("EventTypePage", EVENT_TYPE, "Event types");

export const EVENT_TYPE_DETAIL = named(
  "EventTypeDetail",
  extended("An event type with its fields, schema and sample", EVENT_TYPE, {
    description: string("One sentence: what has happened"),
    confidence: choice("How well the shape of the body is known, best first", [
      "source",
      "capture",
      "documentation",
      "derived",
      "guessed",
    ]),
    note: nullable(string("Note about the shape")),
    ownAddonOnly: boolean("True if only the add-on that it concerns gets it"),
    typeId: nullable(integer("Number of the event type, in Backlog")),
    variables: array("URL variables that the body has", string("Variable")),
    fields: array(
      "Fields of the body",
      object(
        "A field",
        {
          path: string("Dotted path; [] stands for the items of an array"),
          type: choice("Type", ["string", "integer", "number", "boolean", "object", "array", "any"]),
          required: boolean("True if every body has it"),
        },
        {
          usual: boolean("True if every recorded body has it, although the schema does not require it"),
          nullable: boolean("True if its value can be null"),
          loose: boolean("True if the schema does not require it all the same"),
          note: string("Note"),
        },
      ),
    ),
    schema: anyObject("JSON Schema of the body, draft 2020-12"),
    sample: anything("A sample body"),
  }),
);

export const PRODUCT_SUMMARY = named(
  "ProductSummary",
  object("A product", {
    product: string("Key of the product"),
    name: string("Display name"),
    description: string("Description"),
    origin: choice("Origin", ["built-in", "own", "file"]),
    version: nullable(integer("Version; null for a built-in product")),
    updatedAt: nullable(time("Time of the last change; null for a built-in product")),
    schemaPolicy: choice("Treatment of bodies that are off their schema", ["note", "refuse", "off"]),
    eventTypes: integer("Number of event types"),
    sites: integer("Number of sites"),
    public: boolean("True if everyone can read its catalogue"),
  }),
);

export const PRODUCT_PAGE = page("ProductPage", PRODUCT_SUMMARY, "Products");

export const PRODUCT = named(
  "Product",
  extended("A product with its document", PRODUCT_SUMMARY, {
    document: anyObject("The product in the shape of a product file"),
  }),
);

const RECEIVER_NAME = { site: string("Key of the site"), ...RECEIVER, name: string("Name of the receiver") };

export const DEPRECATED_PAGE = page(
  "DeprecatedEventTypePage",
  named(
    "DeprecatedEventType",
    object("A deprecated event type and its receivers", {
      ...EVENT_WITH_REPLACEMENT,
      subscriptions: integer("Subscriptions that name it"),
      receivers: array(
        "Its receivers, at most 200",
        object("A receiver", { ...RECEIVER_NAME, subscriptions: integer("Its subscriptions that name it") }),
      ),
      moreReceivers: integer("Receivers that are not listed"),
    }),
  ),
  "Deprecated event types",
);

const CHANGE = named(
  "ProductChange",
  object(
    "A change of a product",
    {
      kind: choice("Kind of change", ["added", "removed", "changed"]),
      pointer: string("JSON pointer into the document"),
      breaking: boolean("True if it can break subscribers"),
      text: string("One sentence"),
    },
    {
      event: string("Event type; missing for changes of the product itself"),
      scope: string("Scope; missing for any other change"),
    },
  ),
);

export const AFFECTED_RECEIVER = named(
  "AffectedReceiver",
  object("A receiver that a change concerns", {
    ...RECEIVER_NAME,
    events: array("Event types that it gets and that change", string("Event type")),
    scopes: array("Scopes that it was granted and that change", string("Scope")),
  }),
);

const PLAN_MEMBERS = {
  created: boolean("True if the product is new"),
  changes: array("The changes", CHANGE),
  receivers: array("Receivers that breaking changes concern", AFFECTED_RECEIVER),
};

export const CHANGED_PRODUCT = named(
  "ChangedProduct",
  extended("A product after a change", PRODUCT_SUMMARY, PLAN_MEMBERS),
);

export const PUT_PRODUCT_RESULT = union(
  "The product and its changes, or with dryRun the changes alone",
  named(
    "PutProduct",
    extended("A product after it was put", PRODUCT_SUMMARY, {
      ...PLAN_MEMBERS,
      dryRun: boolean("Always false"),
    }),
  ),
  named("ProductPlan", object("What a change would do", { ...PLAN_MEMBERS, dryRun: boolean("Always true") })),
);

const REVISION_SUMMARY = named(
  "ProductRevision",
  object("A change of an own product", {
    version: integer("Version after the change"),
    deleted: boolean("True if the product was deleted"),
    changes: array("The changes", CHANGE),
    forced: boolean("True if it could break subscribers and was forced"),
    createdAt: time("Time of the change"),
    createdBy: string("Actor, as the audit log names it"),
  }),
);

export const REVISION_PAGE = page("ProductRevisionPage", REVISION_SUMMARY, "Changes, newest first");

export const REVISION = named(
  "ProductRevisionDetail",
  extended("A change of an own product, with the document after it", REVISION_SUMMARY, {
    document: nullable(anyObject("Document after the change; null if the product was deleted")),
  }),
);
