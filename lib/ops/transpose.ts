import { axisIn } from '../check.js';
import { argumentError } from '../errors.js';
import { rowMajorStrides } from '../shape/dims.js';
import {
  type MoveaxisShape,
  type PermuteShape,
  permutation,
  permuteShape,
  type SwapaxesShape,
} from '../shape/movement.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { alias } from './reshape.js';
import { strided } from './strided.js';

/** True when the axes that are not of size 1 keep their order: then the elements do too. */
function keepsOrder(x: Tensor, perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || (moved[i - 1] as number) < axis);
}

function permuted(x: Tensor, perm: readonly number[]): Tensor {
  const shape = permuteShape(x.shape, perm);
  if (keepsOrder(x, perm)) return alias(x, shape);
  const strides = rowMajorStrides(x.shape);
  return strided(
    x,
    shape,
    0,
    perm.map((axis) => strides[axis] as number),
  );
}

/**
 * The axes in another order; without `perm`, reversed.
 * @param perm each axis once: axis i of the result is axis `perm[i]` of x
 *
 * @example
 * transpose(zeros([1, 2, 3]), [2, 0, 1]).shape; // [3, 1, 2]
 */
export function transpose<X extends Tensor, const P extends readonly number[] | undefined = undefined>(
  x: X,
  perm?: P & Check<PermuteShape<ShapeIn<X>, P>>,
): Tensor<ShapeOf<PermuteShape<ShapeIn<X>, P>>, DTypeIn<X>>;
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  needTensor('transpose', 'x', x);
  return permuted(x, permutation('transpose', perm, x.rank));
}

/** Moves axes from `source` to `destination`; the others keep their order. @example moveaxis(zeros([1, 2, 3]), 0, -1).shape; // [2, 3, 1] */
export function moveaxis<
  X extends Tensor,
  const F extends number | readonly number[],
  const T extends number | readonly number[],
>(
  x: X,
  source: F,
  destination: T & Check<MoveaxisShape<ShapeIn<X>, F, T>>,
): Tensor<ShapeOf<MoveaxisShape<ShapeIn<X>, F, T>>, DTypeIn<X>>;
export function moveaxis(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  needTensor('moveaxis', 'x', x);
  const list = (value: number | readonly number[], name: string) => {
    const axes = (Array.isArray(value) ? value : [value]).map((axis) =>
      axisIn('moveaxis', axis, x.rank, name),
    );
    if (new Set(axes).size === axes.length) return axes;
    throw argumentError('moveaxis', `${name} must not name an axis twice`, { [name]: value });
  };
  const from = list(source, 'source');
  const to = list(destination, 'destination');
  if (from.length !== to.length) {
    throw argumentError('moveaxis', 'source and destination must name equally many axes', {
      source,
      destination,
    });
  }
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
  const perm = x.shape.map((_, place) => {
    const moved = to.indexOf(place);
    return moved >= 0 ? (from[moved] as number) : (rest.shift() as number);
  });
  return permuted(x, perm);
}

/** Exchanges two axes. @example swapaxes(zeros([1, 2, 3]), 0, 2).shape; // [3, 2, 1] */
export function swapaxes<X extends Tensor, const A extends number, const B extends number>(
  x: X,
  axis1: A,
  axis2: B & Check<SwapaxesShape<ShapeIn<X>, A, B>>,
): Tensor<ShapeOf<SwapaxesShape<ShapeIn<X>, A, B>>, DTypeIn<X>>;
export function swapaxes(x: Tensor, axis1: number, axis2: number): Tensor {
  needTensor('swapaxes', 'x', x);
  const a = axisIn('swapaxes', axis1, x.rank, 'axis1');
  const b = axisIn('swapaxes', axis2, x.rank, 'axis2');
  return permuted(
    x,
    x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}
