import { axesIn, axisIn } from '../check.js';
import { argumentError } from '../errors.js';
import type { KeptShape } from '../shape/axes.js';
import { rowMajorStrides } from '../shape/dims.js';
import { type Bounds, type SliceShape, sliceGeometry, type TakeShape } from '../shape/slice.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { strided } from './strided.js';

/**
 * A part of a tensor, as Python's `x[begin:end:stride, ...]`: one item per leading axis, the axes after them whole.
 * `null` means from the start, or to the end. Negative bounds count from the end, bounds beyond the axis are cut.
 * @param end the index after the last, not a size
 * @throws ERR_ARGUMENT for more items than axes, a stride of 0, bounds that are no integers
 *
 * @example
 * slice(x, [0, 2], [5, 4]);             // x[0:5, 2:4]
 * slice(x, [null, -2]);                 // x[:, -2:]
 * slice(x, [null], [null], [-1]);       // x[::-1]
 */
export function slice<
  X extends Tensor,
  const B extends Bounds,
  const E extends Bounds | undefined = undefined,
  const P extends Bounds | undefined = undefined,
>(
  x: X,
  begin: B & Check<SliceShape<ShapeIn<X>, B, E, P>>,
  end?: E,
  strides?: P,
): Tensor<ShapeOf<SliceShape<ShapeIn<X>, B, E, P>>, DTypeIn<X>>;
export function slice(x: Tensor, begin: Bounds, end?: Bounds, strides?: Bounds): Tensor {
  needTensor('slice', 'x', x);
  const part = sliceGeometry('slice', x.shape, begin, end, strides);
  return strided(x, part.shape, part.offset, part.strides);
}

/**
 * The part at one index of an axis, without that axis; a negative index counts from the end.
 * @throws ERR_ARGUMENT for an index outside the axis
 *
 * @example
 * take(tensor([[1, 2], [3, 4]]), -1);   // [3, 4]
 * take(tensor([[1, 2], [3, 4]]), 0, 1); // [1, 3]
 */
export function take<X extends Tensor, const I extends number, const A extends number = 0>(
  x: X,
  index: I & Check<TakeShape<ShapeIn<X>, I, A>>,
  axis?: A,
): Tensor<ShapeOf<TakeShape<ShapeIn<X>, I, A>>, DTypeIn<X>>;
export function take(x: Tensor, index: number, axis = 0): Tensor {
  return takeAs('take', x, index, axis);
}

/** `take` under the name of the op that calls it. */
export function takeAs(op: string, x: Tensor, index: number, axis: number): Tensor {
  needTensor(op, 'x', x);
  const at = axisIn(op, axis, x.rank);
  const size = x.shape[at] as number | null;
  if (!Number.isSafeInteger(index)) throw argumentError(op, 'an index must be an integer', { index });
  if (size !== null && (index < -size || index >= size)) {
    throw argumentError(op, `the index is outside axis ${at} of size ${size}`, { index, input: x.shape });
  }
  const first = index < 0 ? (size === null ? 0 : index + size) : index;
  const strides = rowMajorStrides(x.shape);
  const rest = (_: unknown, i: number) => i !== at;
  return strided(x, x.shape.filter(rest), first * (strides[at] as number), strides.filter(rest));
}

/** The elements in reverse along axes (default all). @example flip(tensor([1, 2, 3])); // [3, 2, 1] */
export function flip<X extends Tensor, const A extends number | readonly number[] | undefined = undefined>(
  x: X,
  axis?: A & Check<KeptShape<ShapeIn<X>, A, 'flip'>>,
): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function flip(x: Tensor, axis?: number | readonly number[]): Tensor {
  needTensor('flip', 'x', x);
  const axes = axesIn('flip', axis, x.rank);
  const steps = x.shape.map((_, i) => (axes.includes(i) ? -1 : 1));
  const part = sliceGeometry('flip', x.shape, undefined, undefined, steps);
  return strided(x, x.shape, part.offset, part.strides);
}
