import fc from "fast-check";
import { expect, test } from "vitest";
import { CallboardError } from "../../../../../src/errors.ts";
import { isMultipart, readMultipartForm } from "../../../../../src/host/web/http/multipart-form.ts";

/** The body that a browser sends, with its content type. */
async function encode(form: FormData): Promise<readonly [body: Buffer, type: string]> {
  const sent = new Response(form);
  return [Buffer.from(await sent.arrayBuffer()), sent.headers.get("content-type") ?? ""];
}

test("the fields of a form arrive as they were sent, with the bytes of its file", async () => {
  const text = fc.string({ unit: "grapheme-ascii" });
  // In names, browsers write line ends and quotes as these, and don't escape the percent sign.
  const name = text.filter((each) => !/%(?:0d|0a|22)/i.test(each));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, text)),
      fc.uint8Array({ minLength: 1 }),
      async (fields, bytes) => {
        const form = new FormData();
        for (const [name, value] of fields) form.append(`f${name}`, value);
        form.append("logo", new Blob([bytes]), "a.png");
        const read = await readMultipartForm(...(await encode(form)), "logo");
        const sent = fields.map(([name, value]) => [`f${name}`, value]);
        // HTML has one form of line ends.
        const lines = (pairs: readonly (readonly string[])[]) =>
          pairs.map((pair) => pair.map((part) => part.replaceAll(/\r\n|\r|\n/g, "\n")));
        expect(lines([...read.fields])).toEqual(lines(sent));
        expect(read.file).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

test("any bytes are a form, or are refused with a code", async () => {
  const parts = fc.constantFrom(
    "--x",
    "--",
    "\r\n",
    'content-disposition: form-data; name="a"',
    "; filename=",
    "é",
    "\0",
  );
  const bodies = fc.oneof(
    fc.uint8Array(),
    fc.array(parts).map((each) => Buffer.from(each.join(""))),
  );
  await fc.assert(
    fc.asyncProperty(
      bodies,
      fc.constantFrom("x", '"x"', "", "x; charset=latin1"),
      async (bytes, boundary) => {
        const type = `multipart/form-data; boundary=${boundary}`;
        const error = await readMultipartForm(Buffer.from(bytes), type, "logo").then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) expect(error).toBeInstanceOf(CallboardError);
      },
    ),
  );
});

test("a file in another field is left out, and one that was not chosen is none", async () => {
  // As browsers send it.
  const part = (name: string, content: string) =>
    `--boundary7MA4\r\ncontent-disposition: form-data; name="${name}"; filename="${content}"\r\ncontent-type: application/octet-stream\r\n\r\n${content}\r\n`;
  const body = Buffer.from(`${part("other", "x")}${part("logo", "")}--boundary7MA4--\r\n`);
  const read = await readMultipartForm(body, "multipart/form-data; boundary=boundary7MA4", "logo");
  expect([[...read.fields], read.file]).toEqual([[], undefined]);
});

test("a form of more than 2,000 fields is refused", async () => {
  const form = new FormData();
  for (let field = 0; field <= 2_000; field += 1) form.append("a", "");
  await expect(readMultipartForm(...(await encode(form)), "logo")).rejects.toMatchObject({
    code: "BODY_TOO_COMPLEX",
  });
});

test.each([
  ["multipart/form-data; boundary=x", true],
  ["Multipart/Form-Data ;boundary=x", true],
  ["multipart/form-data", false],
  ["application/x-www-form-urlencoded", false],
  [undefined, false],
])("the content type %s: %s", (type, expected) => {
  expect(isMultipart(type)).toBe(expected);
});
