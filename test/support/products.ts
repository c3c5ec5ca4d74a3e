/** The built-in catalogue as tests name its parts: products by their keys. */
import {
  builtInCatalogue,
  findEventName as findName,
  findEventType as findType,
  findNearestNames as findNearest,
} from "../../src/catalogue/index.ts";
import type { EventType, Product } from "../../src/catalogue/index.ts";

export const PRODUCTS = builtInCatalogue.products.map(({ key }) => key);
export const SITE_PRODUCTS = builtInCatalogue.siteProducts.map(({ key }) => key);

export const getProduct = (key: string): Product => builtInCatalogue.require(key);
export const listEvents = (key: string): readonly EventType[] => getProduct(key).eventTypes;
export const findEventType = (key: string, event: string): EventType | undefined =>
  findType(getProduct(key), event);
export const findEventName = (key: string, body: unknown): string | undefined =>
  findName(getProduct(key), body);
export const findNearestNames = (key: string, event: string, most?: number): readonly string[] =>
  findNearest(getProduct(key), event, most);
