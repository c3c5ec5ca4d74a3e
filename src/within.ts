/** Rejects when the work takes longer, and leaves it to end by itself. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms);
    void work.then(resolve, reject).finally(() => clearTimeout(impatience));
  });
}
