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

export const productOf = (key: string): Product => builtInCatalogue.require(key);
export const eventsOf = (key: string): readonly EventType[] => productOf(key).eventTypes;
export const findEventType = (key: string, event: string): EventType | undefined =>
  findType(productOf(key), event);
export const findEventName = (key: string, body: unknown): string | undefined =>
  findName(productOf(key), body);
export const findNearestNames = (key: string, event: string, most?: number): readonly string[] =>
  findNearest(productOf(key), event, most);
