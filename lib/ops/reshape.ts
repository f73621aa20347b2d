import { DeviceTensor } from '../backend/device-tensor.js';
import { axesIn, axisIn } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import {
  type ExpandShape,
  type FlattenShape,
  type ReshapeShape,
  reshapeShape,
  type SqueezeShape,
} from '../shape/reshape.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import { type Shape, Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';

/** The same elements under another shape that is known to fit: shared memory now, an alias in a trace. */
export function alias(x: Tensor, shape: Shape): Tensor {
  if (x instanceof DeviceTensor) return x.withShape(shape);
  if (!x.isTraced) return new Tensor(x.data, shape, x.dtype);
  return emitOne({ op: 'reshape', inputs: [x], outputs: [{ shape, dtype: x.dtype }] });
}

/**
 * The same elements, in the same order, under another shape; the memory is shared, nothing is copied.
 * @param shape sizes whose product is the number of elements; one may be -1 and is inferred
 * @throws ERR_SHAPE when the elements cannot fill the shape
 *
 * @example
 * reshape(zeros([60, 784]), [-1, 28, 28, 1]).shape; // [60, 28, 28, 1]
 */
export function reshape<X extends Tensor, const T extends Shape>(
  x: X,
  shape: T & Check<ReshapeShape<ShapeIn<X>, T>>,
): Tensor<ShapeOf<ReshapeShape<ShapeIn<X>, T>>, DTypeIn<X>>;
export function reshape(x: Tensor, shape: Shape): Tensor {
  needTensor('reshape', 'x', x);
  return alias(x, reshapeShape('reshape', x.shape, shape));
}

/**
 * The axes `fromAxis` to `toAxis` (both included, default all) merged into one.
 * @throws ERR_ARGUMENT when fromAxis comes after toAxis
 *
 * @example
 * flatten(zeros([2, 3, 4])).shape;       // [24]
 * flatten(zeros([2, 3, 4]), 1).shape;    // [2, 12]
 * flatten(zeros([2, 3, 4]), 0, 1).shape; // [6, 4]
 */
export function flatten<X extends Tensor, const F extends number = 0, const T extends number = -1>(
  x: X & Check<FlattenShape<ShapeIn<X>, F, T>>,
  fromAxis?: F,
  toAxis?: T,
): Tensor<ShapeOf<FlattenShape<ShapeIn<X>, F, T>>, DTypeIn<X>>;
export function flatten(x: Tensor, fromAxis = 0, toAxis = -1): Tensor {
  needTensor('flatten', 'x', x);
  if (x.rank === 0) return alias(x, [1]);
  const from = axisIn('flatten', fromAxis, x.rank, 'fromAxis');
  const to = axisIn('flatten', toAxis, x.rank, 'toAxis');
  if (from > to) throw argumentError('flatten', 'fromAxis must not come after toAxis', { fromAxis, toAxis });
  const merged = x.shape
    .slice(from, to + 1)
    .reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1);
  return alias(x, [...x.shape.slice(0, from), merged, ...x.shape.slice(to + 1)]);
}

/**
 * Without the axes of size 1: all of them, or those named.
 * @throws ERR_SHAPE when a named axis has another size
 *
 * @example
 * squeeze(zeros([1, 3, 1])).shape; // [3]
 */
export function squeeze<X extends Tensor, const A extends number | readonly number[] | undefined = undefined>(
  x: X,
  axis?: A & Check<SqueezeShape<ShapeIn<X>, A>>,
): Tensor<ShapeOf<SqueezeShape<ShapeIn<X>, A>>, DTypeIn<X>>;
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  needTensor('squeeze', 'x', x);
  const shape = x.shape;
  if (axis === undefined)
    return alias(
      x,
      shape.filter((dim) => dim !== 1),
    );
  const axes = axesIn('squeeze', axis, x.rank);
  for (const index of axes) {
    if (shape[index] !== 1) {
      throw shapeError('squeeze', `axis ${index} has size ${shape[index]}, only axes of size 1 can go`, {
        input: shape,
        axis,
      });
    }
  }
  return alias(
    x,
    shape.filter((_, index) => !axes.includes(index)),
  );
}

/**
 * With a new axis of size 1 at each given place of the result.
 *
 * @example
 * expandDims(zeros([2, 3]), -1).shape; // [2, 3, 1]
 */
export function expandDims<X extends Tensor, const A extends number | readonly number[] = 0>(
  x: X,
  axis?: A & Check<ExpandShape<ShapeIn<X>, A>>,
): Tensor<ShapeOf<ExpandShape<ShapeIn<X>, A>>, DTypeIn<X>>;
export function expandDims(x: Tensor, axis: number | readonly number[] = 0): Tensor {
  needTensor('expandDims', 'x', x);
  const added = Array.isArray(axis) ? axis.length : 1;
  const rank = x.rank + added;
  const axes = axesIn('expandDims', axis ?? 0, rank);
  let next = 0;
  return alias(
    x,
    Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (x.shape[next++] as number | null))),
  );
}
