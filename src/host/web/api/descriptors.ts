/** Tells whether a descriptor could be installed, and installs nothing. */
import { CallboardError } from "../../../errors.ts";
import type { DescriptorSource } from "../../../protocol/descriptor.ts";
import { requireNeed } from "../http/access.ts";
import { route } from "./route.ts";
import { DESCRIPTOR } from "./addons.ts";
import { body, exactlyOne, openChoice, string } from "../schema/schema.ts";
import { DESCRIPTOR_CHECK } from "../schema/addon.ts";

export const descriptorRoutes = [
  route({
    id: "validateDescriptor",
    method: "POST",
    path: "/descriptors/validate",
    scope: "read",
    reach: "handler",
    idempotencyKey: "nothing",
    group: "Add-ons",
    summary: "Check a descriptor and install nothing; descriptorUrl requires admin",
    body: ({ siteProducts }) =>
      body(
        {},
        {
          // One that is no URL is an answer, too.
          descriptorUrl: string("URL of the descriptor", { minLength: 1, maxLength: 2048 }),
          descriptor: DESCRIPTOR,
          product: openChoice(
            "Product whose rules apply",
            siteProducts.map(({ key }) => key),
          ),
        },
        exactlyOne("descriptorUrl", "descriptor"),
      ),
    example: { descriptorUrl: "https://addon.example.com/atlassian-connect.json" },
    success: {
      status: 200,
      description: "Whether it is valid, with every error and warning",
      schema: DESCRIPTOR_CHECK,
    },
    errors: ["RATE_LIMITED"],
    handle: async ({ body: given, caller }, { catalogue, registry, rates }) => {
      const { descriptorUrl: url, descriptor: value, product } = given;
      const source: DescriptorSource = url === undefined ? { kind: "value", value } : { kind: "url", url };
      // Fetching makes this server send a request, and its failures tell what answers there.
      if (source.kind === "url") requireNeed(caller, { scope: "admin" });
      rates.validations.take(caller.tokenId);
      try {
        const { descriptor, digest, webhooks, warnings } = await registry.readDescriptor(
          source,
          product === undefined ? undefined : catalogue.require(product),
        );
        const { key, name } = descriptor;
        return { valid: true, key, name, digest, webhooks, errors: [], warnings };
      } catch (error) {
        // What is wrong with the descriptor is the answer here, not a failure of the request.
        if (!(error instanceof CallboardError) || error.status !== 422) throw error;
        const { code, message: detail, errors } = error;
        return {
          valid: false,
          errors: errors.length > 0 ? errors : [{ code, pointer: "", detail }],
          warnings: [],
        };
      }
    },
  }),
];
