/** The step that the thread is at, in memory that it shares with the host: a thread that is stuck sends no messages. */

const MAX_POINTER_LENGTH = 1_024;
const HEADER_BYTES = 8;

export interface Step {
  /** 0 until the first step has begun. */
  readonly number: number;
  /** JSON pointer of what the step is about, cut to 1 KiB. */
  readonly pointer: string;
}

export const createProgress = (): SharedArrayBuffer =>
  new SharedArrayBuffer(HEADER_BYTES + MAX_POINTER_LENGTH);

export function writeStep(progress: SharedArrayBuffer, pointer: string): void {
  const [header, bytes] = toParts(progress);
  header[1] = bytes.write(pointer);
  Atomics.add(header, 0, 1);
}

export function readStep(progress: SharedArrayBuffer): Step {
  const [header, bytes] = toParts(progress);
  return { number: Atomics.load(header, 0), pointer: bytes.toString("utf8", 0, header[1]) };
}

const toParts = (progress: SharedArrayBuffer): readonly [Int32Array, Buffer] => [
  new Int32Array(progress, 0, 2),
  Buffer.from(progress, HEADER_BYTES),
];
