import { dtypeError } from '../errors.js';

/** The element types of a tensor. `bool` is stored as a byte of 0 or 1, `int64` as a BigInt. */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool';

export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

export const DTYPES: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool'];

const CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export const bytesPerElement = (dtype: DType): number => CONSTRUCTORS[dtype].BYTES_PER_ELEMENT;

export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

/** The constructor of the typed array that holds a dtype. */
export function arrayType<D extends DType>(dtype: D): (typeof CONSTRUCTORS)[D] {
  return CONSTRUCTORS[dtype];
}

/** The dtype a typed array stands for by itself; `bool` never is: it must be asked for. */
export function dtypeOf(op: string, array: ArrayBufferView): DType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof BigInt64Array) return 'int64';
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return 'uint8';
  throw dtypeError(
    op,
    `no dtype for a ${array.constructor.name}`,
    undefined,
    'Use a Float32Array, Float64Array, Int32Array, BigInt64Array or Uint8Array',
  );
}

export function checkDType(op: string, dtype: unknown): DType {
  if (!DTYPES.includes(dtype as DType)) {
    throw dtypeError(op, `dtype must be one of ${DTYPES.join(', ')}`, { dtype });
  }
  return dtype as DType;
}
