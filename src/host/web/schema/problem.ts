/** Problem documents (RFC 9457), as responses have them. */
import { ERROR_CODES } from "../../../errors.ts";
import { AFFECTED_RECEIVER } from "./catalogue.ts";
import { array, integer, named, object, choice, string } from "./schema.ts";

const CODES = Object.keys(ERROR_CODES);

export const PROBLEM = named(
  "Problem",
  object(
    "What went wrong (RFC 9457)",
    {
      type: choice("Always about:blank", ["about:blank"]),
      title: string("Meaning of the code"),
      status: integer("Status of the response"),
      detail: string("What happened, and what to do"),
      code: choice("Error code; docs/errors.md lists all", CODES),
      errors: array(
        "Every problem of the request, at most 50",
        named(
          "ProblemPart",
          object(
            "One problem of a request",
            {
              pointer: string("JSON pointer into the body, or the name of a parameter; empty for the whole"),
              detail: string("What is wrong there"),
            },
            { code: choice("Error code, where it is another one", CODES) },
          ),
        ),
      ),
      requestId: string("ID of the request, as in the x-request-id header and the server log"),
    },
    {
      allowed: array("METHOD_NOT_ALLOWED: the methods of the path", string("Method")),
      answeredStatus: integer("DESCRIPTOR_FETCH: status of the response"),
      callback: object(
        "LIFECYCLE_INSTALLED: the callback and the add-on's response",
        { url: string("URL of the request"), outcome: string("Result") },
        {
          status: integer("Status of the response"),
          answer: string("Beginning of the body of the response"),
        },
      ),
      count: integer("BODY_TOO_COMPLEX: values of the body that were counted"),
      limit: integer("BODY_TOO_COMPLEX: maximum number of values"),
      deliveryId: string("Blocked address of a test delivery: ID of the delivery"),
      from: string("ADDON_ORIGIN_CHANGED: origin now"),
      to: string("ADDON_ORIGIN_CHANGED: origin of the descriptor"),
      position: integer("DESCRIPTOR_FILTER: place of the error in the filter"),
      receivers: array("PRODUCT_BREAKING: receivers that the change concerns", AFFECTED_RECEIVER),
      replay: string("REPLAY_RUNNING: ID of the replay"),
      scopes: array(
        "SCOPES_NOT_ACCEPTED: scopes to accept",
        object("A scope", {
          name: string("Name of the scope"),
          description: string("The product's description"),
        }),
      ),
      share: choice("OVERLOADED: whose share is used up", ["server", "site", "client", "token"]),
    },
  ),
);
