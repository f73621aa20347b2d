import type { Tensor, TypedArray } from '../../lib/index.js';

/** The bytes of a tensor of the CPU, to be compared: its own memory, not a copy. */
export function bytesOf({ data }: Tensor): Buffer {
  const { buffer, byteOffset, byteLength } = data as TypedArray;
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
