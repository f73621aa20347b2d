import { boolean } from '../check.js';
import { type DotShape, dotShape, type MatmulShape, matmulGeometry } from '../shape/matmul.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import type { ActivationSpec } from './activations.js';
import { mul } from './binary.js';
import { emitActivated, type Labelled, needChannelVector, needSameFloat, openOptions } from './fused.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { alias } from './reshape.js';
import { transpose } from './transpose.js';

/** The options of `matmul`. */
export interface MatmulOptions extends Labelled {
  /** Read the last two axes of a (of b) in exchanged order. No effect on vectors. Default false. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** One value per column of the result, added to it; b must have at least two axes. */
  readonly bias?: Tensor | null;
  /** Applied to the result, after the bias, on the way out. */
  readonly activation?: ActivationSpec | null;
}

const OPTIONS = ['transposeA', 'transposeB', 'bias', 'activation', 'label'] as const;

/**
 * The matrix product, as NumPy's `matmul`: the last two axes are matrices, those before broadcast; a vector on the left is
 * a row, on the right a column.
 * @param a [..., M, K] or [K], float32 or float64
 * @param b [..., K, N] or [K], of a's dtype
 * @returns [..., M, N], without the axis that a vector lacks
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * matmul(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(); // [3, 7]
 */
export function matmul<
  X extends Tensor,
  Y extends Tensor,
  const O extends Exact<O, MatmulOptions> = Defaults<MatmulOptions>,
>(
  a: X,
  b: Y & Check<MatmulShape<ShapeIn<X>, ShapeIn<Y>, O>>,
  options?: O,
): Tensor<ShapeOf<MatmulShape<ShapeIn<X>, ShapeIn<Y>, O>>, DTypeIn<X>>;
export function matmul(a: Tensor, b: Tensor, options?: MatmulOptions): Tensor {
  const { op, given } = openOptions('matmul', options, OPTIONS);
  needSameFloat(op, a, b, ['a', 'b']);
  const transposeA = boolean(op, 'transposeA', given.transposeA ?? false) && a.rank > 1;
  const transposeB = boolean(op, 'transposeB', given.transposeB ?? false) && b.rank > 1;
  const geometry = matmulGeometry(op, a.shape, b.shape, { transposeA, transposeB });
  const inputs = [a.rank === 1 ? alias(a, geometry.a) : a, b.rank === 1 ? alias(b, geometry.b) : b];
  const { product, outShape } = geometry;
  const columns = product[product.length - 1] as number | null;
  if (given.bias) inputs.push(needChannelVector(op, 'bias', given.bias, columns, a));
  const attrs = { transposeA, transposeB };
  const node = { op: 'matmul', inputs, attrs, outputs: [{ shape: product, dtype: a.dtype }] };
  const result = emitActivated(op, node, given.activation);
  return outShape.length === product.length ? result : alias(result, outShape);
}

/**
 * The dot product, as NumPy's `dot`: a's last axis against b's second to last (its only one when b is a vector), without
 * broadcasting; a scalar multiplies.
 * @returns a's other axes, then b's
 * @throws ERR_SHAPE, ERR_DTYPE
 *
 * @example
 * dot(ones([2, 3, 4]), ones([5, 4, 6])).shape; // [2, 3, 5, 6]
 */
export function dot<X extends Tensor, Y extends Tensor>(
  a: X,
  b: Y & Check<DotShape<ShapeIn<X>, ShapeIn<Y>>>,
): Tensor<ShapeOf<DotShape<ShapeIn<X>, ShapeIn<Y>>>, DTypeIn<X>>;
export function dot(a: Tensor, b: Tensor): Tensor {
  needTensor('dot', 'a', a);
  needTensor('dot', 'b', b);
  if (a.rank === 0 || b.rank === 0) return mul(a, b);
  needSameFloat('dot', a, b, ['a', 'b']);
  const shape = dotShape('dot', a.shape, b.shape);
  if (b.rank <= 2) return matmul(a, b, { label: 'dot' });
  const axis = b.rank - 2;
  const others = b.shape.map((_, i) => i).filter((i) => i !== axis);
  const size = a.shape[a.rank - 1] as number | null;
  const left = alias(a, [productOf(a.shape.slice(0, -1)), size]);
  const right = alias(transpose(b, [axis, ...others]), [
    size,
    productOf(others.map((i) => b.shape[i] as number | null)),
  ]);
  return alias(matmul(left, right, { label: 'dot' }), shape);
}

/** The number of elements, `null` as soon as one size is unknown. */
export const productOf = (dims: readonly (number | null)[]): number | null =>
  dims.reduce<number | null>((product, dim) => (product === null || dim === null ? null : product * dim), 1);
