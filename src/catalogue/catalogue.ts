/** The catalogue: the products of a host, by their keys. */
import { CallboardError } from "../errors.ts";
import { callboard } from "./callboard/product.ts";
import { SHARED_FORMATS } from "./formats.ts";
import { findEventNameIn, findEventType, isOperational } from "./names.ts";
import { readPayload } from "./payload.ts";
import type { Payload } from "./payload.ts";
import { defineProduct } from "./product.ts";
import type { BodyInput, BuiltBody, Product } from "./product.ts";

export interface Catalogue {
  /** Every product, Callboard itself last. */
  readonly products: readonly Product[];
  /** The products that a site can be created of. */
  readonly siteProducts: readonly Product[];
  /** The products on whose sites add-ons can be installed. */
  readonly addonProducts: readonly Product[];
  /** The formats of outgoing webhooks, by name. */
  readonly formats: readonly string[];
  readonly find: (key: string) => Product | undefined;
  /** @throws {CallboardError} PRODUCT_UNKNOWN */
  readonly require: (key: string) => Product;
  /** The product of a site. One that the catalogue doesn't have is a value with `isMissing`, always the same. */
  readonly get: (key: string) => Product;
  /** The keys of the products that have an event type of exactly this name or alias. */
  readonly listNaming: (event: string) => readonly string[];
  /**
   * Names the other product that a body belongs to, for a sender that has the wrong site; "" when no other product has
   * the event type that the body names, and for a body of more than 1 MiB.
   */
  readonly describeOrigin: (product: Product, payload: Payload) => string;
  /**
   * The body that the product sends for the event. The payload's own bytes are kept; what the product adds is put in front.
   * @throws {CallboardError} EVENT_SCHEMA when the product could not have sent such a body, PRODUCT_MISSING, a BODY_… code
   * when the payload is not the JSON text of an object
   */
  readonly buildBody: (product: Product, input: BodyInput) => BuiltBody;
}

/** A catalogue whose own products change while it is in use: lists that were taken from it before stay as they were. */
export interface LiveCatalogue extends Catalogue {
  /** Part of the server, unlike an own product. */
  readonly isBuiltIn: (key: string) => boolean;
  /** The own products in place of those before; the built-in ones stay, also where an own one has their key. */
  readonly replaceOwn: (products: readonly Product[]) => void;
}

/** Looking for a hint takes time, and a mistake of set-up shows with a small body as well. */
const MAX_HINTED_BYTES = 1024 * 1024;

/** Callboard itself is in every catalogue. */
export function createCatalogue(siteProducts: readonly Product[]): Catalogue {
  const products = [...siteProducts, callboard];
  const byKey = new Map(products.map((product) => [product.key, product]));
  const missing = new Map<string, Product>();

  function get(key: string): Product {
    const found = byKey.get(key) ?? missing.get(key);
    if (found !== undefined) return found;
    const product = defineMissing(key);
    missing.set(key, product);
    return product;
  }

  function require(key: string): Product {
    const product = byKey.get(key);
    if (product !== undefined) return product;
    const known = products.map((each) => each.key).join(", ");
    throw new CallboardError("PRODUCT_UNKNOWN", `There is no product ${JSON.stringify(key)}: ${known}`);
  }

  function describeOrigin(product: Product, payload: Payload): string {
    if (payload.bytes.length > MAX_HINTED_BYTES) return "";
    for (const other of products) {
      const event = other === product ? undefined : findEventNameIn(other, payload);
      if (event !== undefined && findEventType(other, event) !== undefined) {
        return ` It looks like a body of ${other.key}, of ${event}.`;
      }
    }
    return "";
  }

  /** No hint where the payload is no object either. */
  function describeBodyOrigin(product: Product, { payload, scanned }: BodyInput): string {
    try {
      return describeOrigin(product, readPayload(payload, scanned));
    } catch (error) {
      if (!(error instanceof CallboardError)) throw error;
      return "";
    }
  }

  function buildBody(product: Product, input: BodyInput): BuiltBody {
    try {
      // No product puts an operational event into a body of its own.
      return (isOperational(input.event) ? callboard : product).buildBody(input);
    } catch (cause) {
      if (!(cause instanceof CallboardError) || cause.code !== "EVENT_SCHEMA") throw cause;
      const hint = describeBodyOrigin(product, input);
      if (hint === "") throw cause;
      throw new CallboardError(cause.code, `${cause.message}.${hint}`, { errors: cause.errors, cause });
    }
  }

  return {
    products,
    siteProducts,
    addonProducts: products.filter(({ hasAddons }) => hasAddons),
    formats: [...siteProducts.map(({ key }) => key), ...SHARED_FORMATS.map(({ key }) => key)],
    find: (key) => byKey.get(key),
    require,
    get,
    listNaming: (event) =>
      products
        .filter(
          ({ byName, byAlias, numbersEvents }) => byName.has(event) || (byAlias.has(event) && !numbersEvents),
        )
        .map(({ key }) => key),
    describeOrigin,
    buildBody,
  };
}

export function createLiveCatalogue(builtIn: readonly Product[]): LiveCatalogue {
  const keys = new Set([...builtIn, callboard].map(({ key }) => key));
  let current = createCatalogue(builtIn);
  return {
    get products() {
      return current.products;
    },
    get siteProducts() {
      return current.siteProducts;
    },
    get addonProducts() {
      return current.addonProducts;
    },
    get formats() {
      return current.formats;
    },
    find: (key) => current.find(key),
    require: (key) => current.require(key),
    get: (key) => current.get(key),
    listNaming: (event) => current.listNaming(event),
    describeOrigin: (product, payload) => current.describeOrigin(product, payload),
    buildBody: (product, input) => current.buildBody(product, input),
    isBuiltIn: (key) => keys.has(key),
    replaceOwn: (own) => {
      current = createCatalogue([...builtIn, ...own.filter(({ key }) => !keys.has(key))]);
    },
  };
}

function defineMissing(key: string): Product {
  return defineProduct(
    { product: key, name: key, description: "", events: {} },
    {
      isMissing: true,
      buildBody: () => {
        throw toMissing(key);
      },
    },
  );
}

/** @throws {CallboardError} PRODUCT_MISSING */
export function assertPresent({ key, isMissing }: Product): void {
  if (isMissing) throw toMissing(key);
}

const toMissing = (key: string) =>
  new CallboardError("PRODUCT_MISSING", `The catalogue of this server has no product ${JSON.stringify(key)}`);
