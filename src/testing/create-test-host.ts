/**
 * Creates test hosts. The modules of a host take longest: they are loaded with the first one, while another thread creates the key
 * pair of signed install, which all hosts of the process share.
 */
import type { DEFAULT_PRODUCT } from "../catalogue/index.ts";
import { createSigningKey } from "../protocol/signing-key.ts";
import type { SigningKey } from "../protocol/signing-key.ts";
import type { ProductDocument, TestHostOptions, TestProduct } from "./options.ts";
import type { TestHost } from "./test-host.ts";

let signingKey: Promise<SigningKey> | undefined;

/**
 * Starts a host in memory, on a free port of loopback. Reads no environment, writes no file.
 * @throws {CallboardError} ARGUMENT_INVALID, CONFIG_INVALID, PRODUCT_INVALID, BODY_SCHEMA
 */
export async function createTestHost<
  const Product extends TestProduct | ProductDocument = typeof DEFAULT_PRODUCT,
>(options: TestHostOptions<Product> = {}): Promise<TestHost<Product>> {
  signingKey ??= createSigningKey();
  const { openTestHost } = await import("./test-host.ts");
  return openTestHost(options, signingKey);
}
