import { argumentError, formatError } from '../errors.js';
import type { DType, TypedArray } from '../tensor/dtype.js';
import { memoryLimit } from '../tensor/memory.js';
import { allocate, Tensor } from '../tensor/tensor.js';

/** How a file stores its elements: bytes per element, the dtype they are read as, and the conversion when it is not a plain copy. */
export interface Encoding {
  readonly bytes: number;
  readonly dtype: DType;
  readonly convert?: (source: DataView, out: TypedArray) => void;
}

/** An IEEE half as a number. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function each(bytes: number, read: (source: DataView, at: number) => number): Encoding['convert'] {
  return (source, out) => {
    for (let i = 0; i < out.length; i++) out[i] = read(source, i * bytes) as never;
  };
}

/** The encodings that both formats share; a format names those it knows. */
export const ENCODINGS = {
  float16: {
    bytes: 2,
    dtype: 'float32',
    convert: each(2, (source, at) => fromHalf(source.getUint16(at, true))),
  },
  bfloat16: {
    bytes: 2,
    dtype: 'float32',
    // A bfloat16 is the upper half of a float32: moving bits keeps NaN payloads and signed zeros.
    convert: (source, out) => {
      const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
      for (let i = 0; i < bits.length; i++) bits[i] = source.getUint16(2 * i, true) << 16;
    },
  },
  float32: { bytes: 4, dtype: 'float32' },
  float64: { bytes: 8, dtype: 'float64' },
  int8: { bytes: 1, dtype: 'int32', convert: each(1, (source, at) => source.getInt8(at)) },
  int16: { bytes: 2, dtype: 'int32', convert: each(2, (source, at) => source.getInt16(at, true)) },
  uint16: { bytes: 2, dtype: 'int32', convert: each(2, (source, at) => source.getUint16(at, true)) },
  int32: { bytes: 4, dtype: 'int32' },
  int64: { bytes: 8, dtype: 'int64' },
  uint8: { bytes: 1, dtype: 'uint8' },
  bool: { bytes: 1, dtype: 'bool' },
} as const satisfies Record<string, Encoding>;

/** The number of elements of a shape read from a file, each partial product exact. */
export function elementsOf(op: string, what: string, shape: unknown, maxRank: number): number {
  if (!Array.isArray(shape)) throw formatError(op, `the shape of ${what} is no list`, { shape });
  if (shape.length > maxRank)
    throw formatError(op, `${what} has ${shape.length} axes, the most is ${maxRank}`);
  let size = 1;
  for (const dim of shape as unknown[]) {
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < 0) {
      throw formatError(op, `every size of ${what} must be an integer of at least 0`, { shape });
    }
    size *= dim;
    if (!Number.isSafeInteger(size)) throw formatError(op, `${what} has too many elements`, { shape });
  }
  return size;
}

/** Refuses a file whose tensors would not fit into memory, before anything is allocated. */
export function checkMemory(op: string, bytes: number, limit = memoryLimit()): void {
  if (bytes > limit) {
    throw formatError(op, `the file asks for ${(bytes / 2 ** 30).toPrecision(3)} GiB of memory`, {
      limit: `${(limit / 2 ** 30).toPrecision(3)} GiB`,
    });
  }
}

/** A tensor from the bytes of a file. The bytes are copied: they may be unaligned, and the file's memory can go. */
export function decode(
  op: string,
  what: string,
  encoding: Encoding,
  shape: readonly number[],
  bytes: Uint8Array,
): Tensor {
  const data = allocate(op, encoding.dtype, shape) as TypedArray;
  if (encoding.convert) {
    encoding.convert(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), data);
  } else {
    bytesOf(data).set(bytes);
  }
  if (encoding.dtype === 'bool') checkBool(op, what, data as Uint8Array);
  return new Tensor(data as never, shape, encoding.dtype) as Tensor;
}

/** A bool is stored as 0 or 1; kernels rely on it. */
export function checkBool(op: string, what: string, data: Uint8Array): void {
  for (const value of data) {
    if (value > 1) throw formatError(op, `${what} holds a bool that is neither 0 nor 1`, { value });
  }
}

/** The bytes of a typed array, on the same memory. */
export const bytesOf = (data: TypedArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The bytes of a file in memory. */
export function needBytes(op: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw argumentError(op, 'the file must be given as a Uint8Array or ArrayBuffer', { bytes: value });
}

/** Tensors by name. */
export function needTensors(op: string, tensors: unknown): [string, Tensor][] {
  if (
    typeof tensors !== 'object' ||
    tensors === null ||
    Array.isArray(tensors) ||
    tensors instanceof Tensor
  ) {
    throw argumentError(op, 'tensors must be given by name', { tensors });
  }
  const entries = Object.entries(tensors);
  for (const [name, tensor] of entries) {
    if (!(tensor instanceof Tensor))
      throw argumentError(op, `"${name}" must be a tensor`, { [name]: tensor });
  }
  return entries;
}
