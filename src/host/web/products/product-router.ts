/**
 * What the products' own REST APIs have in common here: a router below one site, and a caller's mistake answered in the
 * product's own form. Our own failures are left to the server, which logs them.
 */
import { Router } from "express";
import type { Request, RequestHandler, Response } from "express";
import type { CallboardError } from "../../../errors.ts";
import { ProductRefusal, asCallboardError } from "../http/problems.ts";

export interface ProductCall {
  readonly request: Request;
  readonly response: Response;
  readonly siteKey: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface ProductRouter {
  readonly router: Router;
  /** A handler of one path. What it throws is answered in the product's form. */
  readonly answer: (handle: (call: ProductCall) => Promise<void>) => RequestHandler;
}

/** The body of an error answer. Products that know no 422 answer 400 instead. */
export type ErrorBody = (error: CallboardError, status: number) => object;

export function createProductRouter(errorBody: ErrorBody): ProductRouter {
  const router = Router({ mergeParams: true });
  const answer: ProductRouter["answer"] = (handle) => async (request, response) => {
    try {
      const { site, ...params } = request.params as Readonly<Record<string, string>>;
      response.setHeader("cache-control", "no-store");
      await handle({ request, response, siteKey: site ?? "", params });
    } catch (thrown) {
      const error = asCallboardError(thrown);
      if (error.status >= 500) throw thrown;
      const status = error.status === 422 ? 400 : error.status;
      throw new ProductRefusal(error, status, errorBody(error, status));
    }
  };
  return { router, answer };
}

/** The values of a query parameter that may be given several times. */
export function queryValues({ query }: Pick<Request, "query">, name: string): readonly string[] {
  const value = query[name];
  if (Array.isArray(value)) return value.filter((each) => typeof each === "string");
  return typeof value === "string" ? [value] : [];
}

export function findHeader({ headers }: Pick<Request, "headers">, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Returns a time in ISO 8601 as Backlog and Tracker write it: without a fraction. */
export const timeInSeconds = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
