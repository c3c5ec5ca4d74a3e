/** A form with a file (multipart/form-data, RFC 7578), as browsers send it. Node's own parser reads it. */
import { CallboardError } from "../../../errors.ts";
import { MAX_FORM_FIELDS } from "./body.ts";
import { requireStorableForm } from "./text-door.ts";

export interface FormWithFile {
  readonly fields: URLSearchParams;
  /** Undefined if none was chosen. */
  readonly file: Buffer | undefined;
}

const MULTIPART = /^multipart\/form-data\s*;/i;

export const isMultipart = (contentType: string | undefined): boolean => MULTIPART.test(contentType ?? "");

/**
 * @param fileField name of the only field that may be a file
 * @throws {CallboardError} BODY_SCHEMA if the body is no such form, or a text can't be stored; BODY_TOO_COMPLEX if it has more than
 * {@link MAX_FORM_FIELDS} fields
 */
export async function readMultipartForm(
  body: Buffer,
  contentType: string,
  fileField: string,
): Promise<FormWithFile> {
  const parts = await parse(body, contentType);
  if (parts.length > MAX_FORM_FIELDS) {
    throw new CallboardError("BODY_TOO_COMPLEX", `The form has more than ${MAX_FORM_FIELDS} fields`, {
      extra: { limit: MAX_FORM_FIELDS, count: parts.length },
    });
  }
  const fields = new URLSearchParams();
  let file: Buffer | undefined;
  for (const [name, value] of parts) {
    if (typeof value === "string") fields.append(name, value);
    // A field without a chosen file is sent as an empty one.
    else if (name === fileField && value.size > 0) file = Buffer.from(await value.arrayBuffer());
  }
  requireStorableForm(fields);
  return { fields, file };
}

async function parse(
  body: Buffer,
  contentType: string,
): Promise<readonly (readonly [string, string | File])[]> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": contentType },
    }).formData();
    return [...form];
  } catch {
    throw new CallboardError("BODY_SCHEMA", "The body is not a form of the type multipart/form-data");
  }
}
