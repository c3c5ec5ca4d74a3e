/** Tells whether a descriptor could be installed, and installs nothing. */
import { CallboardError } from "../../../errors.ts";
import { requireNeed } from "../http/access.ts";
import { route } from "./route.ts";
import { DESCRIPTOR_PROPERTIES, sourceOf } from "./addons.ts";

interface Body {
  readonly descriptorUrl?: string;
  readonly descriptor?: object;
  readonly product?: string;
}

export const descriptorRoutes = [
  route<Body>({
    method: "POST",
    path: "/descriptors/validate",
    scope: "read",
    reach: "handler",
    group: "Add-ons",
    summary: "Check a descriptor and install nothing; descriptorUrl requires admin",
    body: ({ siteProducts }) => ({
      type: "object",
      additionalProperties: false,
      properties: { ...DESCRIPTOR_PROPERTIES, product: { enum: siteProducts.map(({ key }) => key) } },
    }),
    success: { status: 200, description: "Whether it is valid, with every error and warning" },
    handle: async ({ body, caller }, { catalogue, registry, rates }) => {
      const source = sourceOf(body);
      // Fetching makes this server send a request, and its failures tell what answers there.
      if (source.kind === "url") requireNeed(caller, { scope: "admin" });
      rates.validations.take(caller.tokenId);
      try {
        const { descriptor, digest, webhooks, warnings } = await registry.readDescriptor(
          source,
          body.product === undefined ? undefined : catalogue.require(body.product),
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
