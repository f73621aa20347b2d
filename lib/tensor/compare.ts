import { finite, readOptions } from '../check.js';
import { argumentError } from '../errors.js';
import type { TypedArray } from './dtype.js';
import { Tensor } from './tensor.js';

/** How close two numbers must be. */
export interface CloseOptions {
  /** Relative tolerance, a part of `|b|`. Default 1e-5. */
  rtol?: number;
  /** Absolute tolerance. Default 1e-8. */
  atol?: number;
  /** Whether NaN equals NaN. Default false. */
  equalNaN?: boolean;
}

/**
 * Whether the shapes are equal and every `|a - b| <= atol + rtol * |b|`, as NumPy's formula.
 * Unlike NumPy's, the shapes do not broadcast; the dtypes may differ.
 *
 * @example
 * allClose(tensor([1, 2]), tensor([1, 2.000001])); // true
 */
export function allClose(a: Tensor, b: Tensor, options: CloseOptions = {}): boolean {
  const {
    rtol = 1e-5,
    atol = 1e-8,
    equalNaN = false,
  } = readOptions('allClose', options, ['rtol', 'atol', 'equalNaN']);
  for (const [name, value] of [
    ['rtol', rtol],
    ['atol', atol],
  ] as const) {
    if (finite('allClose', name, value) < 0)
      throw argumentError('allClose', `${name} must be at least 0`, { [name]: value });
  }
  for (const [name, value] of [
    ['a', a],
    ['b', b],
  ] as const) {
    if (!(value instanceof Tensor))
      throw argumentError('allClose', `${name} must be a Tensor`, { [name]: value });
  }
  if (a.rank !== b.rank || a.shape.some((dim, axis) => dim !== b.shape[axis])) return false;
  const left = a.data as TypedArray;
  const right = b.data as TypedArray;
  if (left instanceof BigInt64Array && right instanceof BigInt64Array && rtol === 0 && atol < 1) {
    return left.every((value, i) => value === right[i]);
  }
  for (let i = 0; i < left.length; i++) {
    const x = Number(left[i]);
    const y = Number(right[i]);
    if (x === y || (equalNaN && Number.isNaN(x) && Number.isNaN(y))) continue;
    if (!(Math.abs(x - y) <= atol + rtol * Math.abs(y)) || !Number.isFinite(x) || !Number.isFinite(y))
      return false;
  }
  return true;
}
