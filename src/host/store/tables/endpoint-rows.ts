/** Endpoints as a batch parameter of a statement. */
import type { EndpointAt } from "../../model/delivery.ts";

export const ENDPOINT_COLUMNS = { site_no: "int", endpoint_no: "int" } as const;

export const endpointRows = (endpoints: readonly EndpointAt[]): string =>
  JSON.stringify(endpoints.map(({ siteNo, endpointNo }) => [siteNo, endpointNo]));
