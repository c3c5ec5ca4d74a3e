/** Every sample of the catalogue fits its schema, in both envelopes. */
import { expect, test } from "vitest";
import { schemaProblems } from "../../src/catalogue/index.ts";
import { PRODUCTS, listEvents } from "../support/products.ts";

test.each(["connect", "cloud"] as const)(
  "every sample in the %s envelope",
  (envelope) => {
    const events = PRODUCTS.flatMap((product) => listEvents(product));
    const unfit = events.filter(
      (event) => schemaProblems(event, Buffer.from(event.sampleText(envelope))).length > 0,
    );
    expect(events.length).toBeGreaterThan(200);
    expect(unfit.map(({ product, event }) => `${product} ${event}`)).toEqual([]);
  },
  // More than 200 schemas are compiled.
  180_000,
);
