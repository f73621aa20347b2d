import { type BatchDotAxes, type BatchDotShape, batchDotGeometry } from '../shape/batch-dot.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { needSameFloat } from './fused.js';
import { matmul, productOf } from './matmul.js';
import type { DTypeIn, ShapeIn } from './operands.js';
import { alias } from './reshape.js';
import { transpose } from './transpose.js';

/**
 * For every sample of a batch, one axis of x against one of y, as Keras's `batch_dot` and its layer `Dot`.
 * @param x [N, ...], at least rank 2, float32 or float64
 * @param y [N, ...], of x's dtype
 * @param axes which axes, counting the batch axis: one number for both, a pair, negative from the end; default x's last and
 *   y's second to last (its last when y has rank 2)
 * @returns x's other axes, then y's; [N, 1] when both have rank 2
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * batchDot(ones([8, 1, 50]), ones([8, 50, 49]), [2, 1]).shape; // [8, 1, 49]
 */
export function batchDot<X extends Tensor, Y extends Tensor, const A extends BatchDotAxes = null>(
  x: X,
  y: Y & Check<BatchDotShape<ShapeIn<X>, ShapeIn<Y>, A>>,
  axes?: A,
): Tensor<ShapeOf<BatchDotShape<ShapeIn<X>, ShapeIn<Y>, A>>, DTypeIn<X>>;
export function batchDot(x: Tensor, y: Tensor, axes: BatchDotAxes = null): Tensor {
  needSameFloat('batchDot', x, y, ['x', 'y']);
  const geometry = batchDotGeometry('batchDot', x.shape, y.shape, axes);
  const { axisX, axisY, batch, outShape } = geometry;
  const size = (x.shape[axisX] ?? y.shape[axisY]) as number | null;
  const rows = productOf(geometry.restX);
  const columns = productOf(geometry.restY);
  // The contracted axis must be next to the batch or last: then merging the others needs no copy, and a transpose flag says which.
  const transposeA = axisX === 1 && x.rank > 2;
  const left = transposeA || axisX === x.rank - 1 ? x : moveLast(x, axisX);
  const transposeB = axisY === y.rank - 1 && y.rank > 2;
  const right = transposeB || axisY === 1 ? y : moveLast(y, axisY);
  const flipped = transposeB || right !== y;
  const product = matmul(
    alias(left, transposeA ? [batch, size, rows] : [batch, rows, size]),
    alias(right, flipped ? [batch, columns, size] : [batch, size, columns]),
    { transposeA, transposeB: flipped, label: 'batchDot' },
  );
  return alias(product, outShape);
}

function moveLast(x: Tensor, axis: number): Tensor {
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  return transpose(x, [...others, axis]);
}
