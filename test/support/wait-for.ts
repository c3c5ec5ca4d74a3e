/** A cluster beside the tests shares their processors. */
const PATIENCE_MS = process.env["CITUS_URL"] === undefined ? 15_000 : 30_000;

/** Polls an assertion until it holds; fails with its last error. */
export async function waitFor<T>(assertion: () => T | Promise<T>, timeoutMs = PATIENCE_MS): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
