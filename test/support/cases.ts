import { readFileSync } from 'node:fs';
import { arrayType, type DType, type TypedArray, type TypedArrays } from '../../lib/tensor/dtype.js';
import { Tensor } from '../../lib/tensor/tensor.js';

/** A tensor in a case table: flat data, non-finite numbers as strings. */
export interface TensorJson {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

const isTensor = (value: unknown): value is TensorJson =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && 'data' in value;

export function tensorOf(json: TensorJson): Tensor {
  const dtype = json.dtype as DType;
  const numbers = json.data.map(Number);
  const data =
    dtype === 'int64' ? BigInt64Array.from(json.data, BigInt) : arrayType(dtype).from(numbers as never);
  return new Tensor(data as TypedArrays[DType], json.shape, dtype);
}

/** An argument of a case: tensors become tensors, also inside arrays, and "NaN", "Infinity" numbers. */
export function argumentOf(json: unknown): unknown {
  if (isTensor(json)) return tensorOf(json);
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  return Array.isArray(json) ? json.map(argumentOf) : json;
}

/** A case table beside the tests. */
export function readCases<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../cases/${name}`, import.meta.url), 'utf8')) as T[];
}

/** A short name of an argument for test titles. */
export function brief(json: unknown): string {
  if (isTensor(json)) return `${json.dtype}[${json.shape}]`;
  return Array.isArray(json) ? `[${json.map(brief).join(', ')}]` : JSON.stringify(json);
}

/** The first element that differs by more than `rtol * |want| + atol`, in words; undefined when there is none. NaN equals NaN. */
export function firstDifference(got: Tensor, want: Tensor, rtol: number, atol = 0): string | undefined {
  if (got.dtype !== want.dtype) return `dtype ${got.dtype}, not ${want.dtype}`;
  if (String(got.shape) !== String(want.shape)) return `shape [${got.shape}], not [${want.shape}]`;
  const left = got.data as TypedArray;
  const right = want.data as TypedArray;
  for (let i = 0; i < right.length; i++) {
    const a = Number(left[i]);
    const b = Number(right[i]);
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= atol + rtol * Math.abs(b))) return `element ${i} is ${a}, not ${b}`;
  }
  return undefined;
}
