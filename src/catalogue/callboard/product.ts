/** Callboard itself as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { EVENTS } from "./events.ts";

export const callboard = defineProduct(
  {
    product: "callboard",
    name: "Callboard",
    description: "Endpoints, add-ons and the server itself",
    hasAddons: false,
    envelope: { event: "event" },
    events: EVENTS,
  },
  { isOperational: true },
);
