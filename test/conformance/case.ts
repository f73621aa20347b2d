import { type DType, type Shape, Tensor, tensor } from '../../lib/index.js';
import { arrayType } from '../../lib/tensor/dtype.js';

/** A case of the golden files, as it is written there: see their README for the kinds and fields. */
export interface Case {
  readonly name: string;
  readonly source?: string;
  readonly kind?: string;
  readonly op?: string;
  readonly layer?: string;
  readonly module?: string;
  readonly rtol?: number;
  readonly atol?: number;
  readonly stage?: string;
  readonly error?: { readonly type: string; readonly regex: string | null; readonly message: string };
  readonly [field: string]: unknown;
}

/** A tensor of a case. */
export interface CaseTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
  readonly name?: string;
}

/** Thrown by an adapter for an op or an argument that the package does not have: the case fails, and says so. */
export class Unknown extends Error {}

export const isTensor = (value: unknown): value is CaseTensor =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as CaseTensor).shape) &&
  'data' in value &&
  'dtype' in value;

/** "NaN", "Infinity" and "-Infinity" stand for themselves, in data and in scalar arguments. */
export function number(value: number | string): number {
  if (typeof value === 'number') return value;
  const parsed = Number(value);
  if (Number.isNaN(parsed) && value !== 'NaN') throw new Unknown(`no number: ${value}`);
  return parsed;
}

const DTYPES: Readonly<Record<string, DType>> = {
  float32: 'float32',
  float64: 'float64',
  float16: 'float32',
  bfloat16: 'float32',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int64',
  uint8: 'uint8',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'int64',
  bool: 'bool',
};

/** The dtype that stands for one of the case's; Unknown for strings, complex numbers and the like. */
export function dtypeOf(name: string): DType {
  const dtype = DTYPES[name];
  if (dtype === undefined) throw new Unknown(`dtype ${name}`);
  return dtype;
}

/** A case's tensor as ours; another dtype can be asked for. */
export function toTensor(value: CaseTensor, as?: DType): Tensor {
  const dtype = as ?? dtypeOf(value.dtype);
  if (dtype === 'int64') {
    return tensor(
      BigInt64Array.from(value.data, (item) => BigInt(item)),
      value.shape as number[],
    ) as unknown as Tensor;
  }
  const Type = arrayType(dtype) as unknown as new (items: number[]) => Float32Array;
  return new Tensor(
    new Type(value.data.map(number)) as never,
    value.shape as Shape,
    dtype,
  ) as unknown as Tensor;
}
