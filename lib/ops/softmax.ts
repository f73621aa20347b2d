import { axesIn } from '../check.js';
import { argumentError } from '../errors.js';
import type { KeptShape } from '../shape/axes.js';
import type { Check } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { type DTypeIn, needFloat, needTensor, type ShapeIn } from './operands.js';
import { alias, flatten } from './reshape.js';
import { moveaxis } from './transpose.js';

/** A function over one or more axes that keeps the shape. */
export type SoftmaxFunction<Op extends string> = <
  X extends Tensor,
  const A extends number | readonly number[] = -1,
>(
  x: X,
  axis?: A & Check<KeptShape<ShapeIn<X>, A, Op>>,
) => Tensor<ShapeIn<X>, DTypeIn<X>>;

function emitSoftmax(x: Tensor, axis: number, log: boolean): Tensor {
  return emitOne({
    op: 'softmax',
    inputs: [x],
    attrs: { axis, log },
    outputs: [{ shape: x.shape, dtype: x.dtype }],
  });
}

function softmaxOver(op: string, x: Tensor, axis: number | readonly number[], log: boolean): Tensor {
  needFloat(op, 'x', needTensor(op, 'x', x));
  const axes = axesIn(op, axis ?? -1, x.rank);
  if (axes.length === 0) throw argumentError(op, 'axis must name at least one axis', { axis });
  if (axes.length === 1) return emitSoftmax(x, axes[0] as number, log);
  // Several axes: one axis of all their elements, at the end.
  const last = axes.map((_, i) => x.rank - axes.length + i);
  const moved = moveaxis(x, axes, last);
  const merged = flatten(moved, last[0] as number);
  return moveaxis(alias(emitSoftmax(merged, merged.rank - 1, log), moved.shape), last, axes);
}

/** `exp(x) / sum(exp(x))` over one or more axes (default the last), without overflow. @example softmax(tensor([1, 1])); // [0.5, 0.5] */
export const softmax: SoftmaxFunction<'softmax'> = (x: Tensor, axis: number | readonly number[] = -1) =>
  softmaxOver('softmax', x, axis, false) as never;

/** `log(softmax(x))` over one or more axes (default the last), exact where softmax underflows. */
export const logSoftmax: SoftmaxFunction<'logSoftmax'> = (x: Tensor, axis: number | readonly number[] = -1) =>
  softmaxOver('logSoftmax', x, axis, true) as never;
