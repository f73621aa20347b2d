import { axisIn } from '../check.js';
import { argumentError, dtypeError } from '../errors.js';
import type { GatherShape, TakeShape } from '../shape/slice.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import { tensor } from '../tensor/create.js';
import type { NestedShape } from '../tensor/nested.js';
import { type NestedArray, Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { beside, type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { takeAs } from './slice.js';

/**
 * The slices at given indices of an axis (default 0): shape `x.shape[:axis] + indices.shape + x.shape[axis + 1:]`.
 * @param indices int32 or int64, or (nested) arrays of integers, or one number, which leaves the axis out.
 * Negative ones count from the end.
 * @throws ERR_ARGUMENT for an index outside the axis, ERR_DTYPE for indices that are no integers
 *
 * @example
 * gather(tensor([10, 20, 30]), [2, 0, -1]); // [30, 10, 30]
 */
export function gather<X extends Tensor, const I extends Tensor | NestedArray, const A extends number = 0>(
  x: X,
  indices: I & Check<GatheredShape<ShapeIn<X>, I, A>>,
  axis?: A,
): Tensor<ShapeOf<GatheredShape<ShapeIn<X>, I, A>>, DTypeIn<X>>;
export function gather(x: Tensor, indices: Tensor | NestedArray, axis = 0): Tensor {
  const op = 'gather';
  needTensor(op, 'x', x);
  if (typeof indices === 'number') return takeAs(op, x, indices, axis);
  const at = axisIn(op, axis, x.rank);
  if (!(indices instanceof Tensor))
    return beside(x, tensor(indices, undefined, 'int32'), (list) => gatherAt(x, list, at, axis));
  if (indices.dtype === 'int32' || indices.dtype === 'int64') return gatherAt(x, indices, at, axis);
  throw dtypeError(
    op,
    'indices must be int32 or int64',
    { indices: indices.dtype },
    "Use cast(indices, 'int32')",
  );
}

function gatherAt(x: Tensor, list: Tensor, at: number, axis: number): Tensor {
  const op = 'gather';
  const size = x.shape[at] as number | null;
  if (size === 0 && !list.shape.includes(0)) {
    throw argumentError(op, `axis ${at} has no elements to index`, { input: x.shape, axis });
  }
  const shape = [...x.shape.slice(0, at), ...list.shape, ...x.shape.slice(at + 1)];
  return emitOne({ op, inputs: [x, list], attrs: { axis: at }, outputs: [{ shape, dtype: x.dtype }] });
}

type GatheredShape<S, I, A> = [I] extends [number]
  ? TakeShape<S, I, A, 'gather'>
  : [I] extends [Tensor<infer T>]
    ? GatherShape<S, T, A>
    : GatherShape<S, NestedShape<I>, A>;
