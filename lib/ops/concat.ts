import { axisIn } from '../check.js';
import { argumentError, dtypeError, shapeError } from '../errors.js';
import {
  type ConcatShape,
  concatShape,
  type SplitShapes,
  type StackShape,
  splitSizes,
} from '../shape/concat.js';
import { rowMajorStrides, sameDims } from '../shape/dims.js';
import type { TakeShape } from '../shape/slice.js';
import type { As, Check, IsOpen, ShapeError, ShapeOf } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { alias } from './reshape.js';
import { takeAs } from './slice.js';
import { strided } from './strided.js';

/** The shapes of a list of tensors. */
export type ShapesOf<L> = { [K in keyof L]: L[K] extends Tensor<infer S> ? S : Shape };

/** The dtype that the tensors of a list have in common. */
export type DTypeOfAll<L> = L extends readonly Tensor<Shape, infer D>[] ? D : DType;

/** The shape of tensors one after the other, which scalars cannot be. */
type ConcatOf<L, A> =
  ShapesOf<L> extends readonly [infer First, ...unknown[]]
    ? [IsOpen<First>, First] extends [false, readonly []]
      ? ShapeError<'concat: scalars have no axis to join'>
      : ConcatShape<ShapesOf<L>, A>
    : Shape;

/** Tensors of these shapes: a tuple where their number is known. */
export type TensorsOf<Shapes, D extends DType> = Shapes extends readonly unknown[]
  ? { -readonly [K in keyof Shapes]: Tensor<As<Shapes[K], Shape>, D> }
  : Tensor<Shape, D>[];

/** A list of at least one tensor, all of one dtype. */
function tensorList(op: string, tensors: unknown): readonly Tensor[] {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw argumentError(op, 'tensors must be an array of at least one tensor', { tensors });
  }
  const list = Array.from(tensors as readonly unknown[], (x, i) => needTensor(op, `tensors[${i}]`, x));
  const dtype = (list[0] as Tensor).dtype;
  list.forEach((x, i) => {
    if (x.dtype !== dtype) {
      throw dtypeError(
        op,
        'all tensors must have one dtype',
        { 'tensors[0]': dtype, [`tensors[${i}]`]: x.dtype },
        `Use cast(..., '${dtype}')`,
      );
    }
  });
  return list;
}

function joined(op: string, list: readonly Tensor[], axis: number): Tensor {
  const shape = concatShape(
    op,
    list.map((x) => x.shape),
    axis,
  );
  return emitOne({
    op: 'concat',
    inputs: list,
    attrs: { axis },
    outputs: [{ shape, dtype: (list[0] as Tensor).dtype }],
  });
}

/**
 * Tensors one after the other along an axis (default 0). All other sizes and the dtypes must agree.
 * @throws ERR_SHAPE when another axis differs, ERR_DTYPE when the dtypes do
 *
 * @example
 * concat([zeros([2, 3]), ones([2, 1])], 1).shape; // [2, 4]
 */
export function concat<const L extends readonly Tensor[], const A extends number = 0>(
  tensors: L & Check<ConcatOf<L, A>>,
  axis?: A,
): Tensor<ShapeOf<ConcatOf<L, A>>, DTypeOfAll<L>>;
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const list = tensorList('concat', tensors);
  const rank = (list[0] as Tensor).rank;
  if (rank === 0) throw shapeError('concat', 'scalars have no axis to join', undefined, 'Use stack(tensors)');
  return joined('concat', list, axisIn('concat', axis, rank));
}

/**
 * Tensors of one shape side by side along a new axis (default 0).
 *
 * @example
 * stack([tensor([1, 2]), tensor([3, 4])], 1); // [[1, 3], [2, 4]]
 */
export function stack<const L extends readonly Tensor[], const A extends number = 0>(
  tensors: L & Check<StackShape<ShapesOf<L>, A>>,
  axis?: A,
): Tensor<ShapeOf<StackShape<ShapesOf<L>, A>>, DTypeOfAll<L>>;
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const list = tensorList('stack', tensors);
  const first = list[0] as Tensor;
  let known: Shape = first.shape;
  for (const { shape } of list) {
    if (!sameDims(shape, known)) {
      throw shapeError('stack', 'all tensors must have one shape', { shapes: list.map((x) => x.shape) });
    }
    known = known.map((size, i) => size ?? (shape[i] as number | null));
  }
  const at = axisIn('stack', axis, first.rank + 1);
  return joined(
    'stack',
    list.map((x) => alias(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])),
    at,
  );
}

/** An axis whose size is known, because the number of results depends on it. */
function knownAxis(op: string, x: Tensor, axis: number): [axis: number, size: number] {
  needTensor(op, 'x', x);
  const at = axisIn(op, axis, x.rank);
  const size = x.shape[at] as number | null;
  if (size === null) throw shapeError(op, `the size of axis ${at} is not known`, { input: x.shape, axis });
  return [at, size];
}

/**
 * The parts of a tensor along an axis (default 0).
 * @param sections a number of equal parts, or the sizes of the parts, one of which may be -1
 * @throws ERR_SHAPE when the axis does not divide into them
 *
 * @example
 * split(arange(6), 3);      // [0, 1], [2, 3], [4, 5]
 * split(arange(6), [1, -1]); // [0], [1, 2, 3, 4, 5]
 */
export function split<
  X extends Tensor,
  const P extends number | readonly number[],
  const A extends number = 0,
>(
  x: X,
  sections: P & Check<SplitShapes<ShapeIn<X>, P, A>>,
  axis?: A,
): TensorsOf<SplitShapes<ShapeIn<X>, P, A>, DTypeIn<X>>;
export function split(x: Tensor, sections: number | readonly number[], axis = 0): Tensor[] {
  const [at, size] = knownAxis('split', x, axis);
  const strides = rowMajorStrides(x.shape);
  let begin = 0;
  return splitSizes('split', size, sections).map((part) => {
    const shape = x.shape.map((dim, i) => (i === at ? part : dim));
    const offset = part === 0 ? 0 : begin * (strides[at] as number);
    begin += part;
    return strided(x, shape, offset, strides);
  });
}

/** The slices along an axis (default 0), each without that axis. @example unstack(tensor([[1, 2], [3, 4]])); // [1, 2], [3, 4] */
export function unstack<X extends Tensor, const A extends number = 0>(
  x: X & Check<TakeShape<ShapeIn<X>, 0, A, 'unstack'>>,
  axis?: A,
): Tensor<ShapeOf<TakeShape<ShapeIn<X>, 0, A, 'unstack'>>, DTypeIn<X>>[];
export function unstack(x: Tensor, axis = 0): Tensor[] {
  const [at, size] = knownAxis('unstack', x, axis);
  return Array.from({ length: size }, (_, i) => takeAs('unstack', x, i, at));
}
