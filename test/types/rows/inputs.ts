import { type Sizes, type Tensor, zeros } from '../../../lib/index.js';
import type { Plain } from '../../../lib/shape/typed.js';
import type { DType } from '../../../lib/tensor/dtype.js';
import type { Shape } from '../../../lib/tensor/tensor.js';
import { Trace } from '../../../lib/tensor/traced.js';

/** What the rows of this folder are about: tensors and arguments of which types know much or little. */

const trace = new Trace();

/** A tensor without values, whose sizes may be `null`; large ones cost nothing. */
export const traced = <const S extends Shape, D extends DType = 'float32'>(
  shape: S,
  dtype?: D,
): Tensor<Plain<S>, D> => trace.input(shape, dtype ?? 'float32') as never;

/** A tensor whose shape is not in its type. */
export const wide = (shape: Sizes): Tensor => zeros(shape);

/** One of two, the first. */
export const either = <const A, const B>(first: A, _second: B): A | B => first;

/** An array of which types know the elements and not the length. */
export const list = <T>(...items: T[]): T[] => items;

/** A list of numbers of which types know nothing. */
export const sizes = (...values: number[]): Sizes => values;

/** A boolean that types do not know. */
export const flag = (value: boolean): boolean => value;

/** The first of a list of which types do not know the length. */
export const first = <T>(items: readonly T[]): T => items[0] as T;
