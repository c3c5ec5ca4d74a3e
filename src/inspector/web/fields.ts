/** Reads the query and the forms of a request as text: a field that is missing, or there twice, is "". */
import type { Request } from "express";

export type Fields = (name: string) => string;

export function getQueryFields(request: Request): Fields {
  return reader(request.query);
}

export function getFormFields(request: Request): Fields {
  return reader(request.body);
}

function reader(source: unknown): Fields {
  return (name) => {
    if (typeof source !== "object" || source === null || !Object.hasOwn(source, name)) return "";
    const value = (source as Readonly<Record<string, unknown>>)[name];
    return typeof value === "string" ? value : "";
  };
}
