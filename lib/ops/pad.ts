import { finite } from '../check.js';
import { argumentError } from '../errors.js';
import { type PadMode, type PadShape, type PadWidths, padGeometry } from '../shape/pad.js';
import type { Check, Defaults, Exact, Option, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { type Labelled, openOptions } from './fused.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';

/** The options of `pad`. */
export interface PadOptions extends Labelled {
  /** What the new elements hold. Default `constant`. */
  readonly mode?: PadMode;
  /** The constant. Default 0. */
  readonly value?: number;
}

/**
 * New elements before and after each axis, as NumPy's `pad`.
 * @param x any shape and dtype
 * @param widths elements before and after: one number for all sides, one pair for all axes, or a pair per axis
 * @throws ERR_ARGUMENT for widths that are not integers of at least 0; ERR_SHAPE where `reflect`, `symmetric` or `wrap` need
 *   more elements than an axis has
 *
 * @example
 * pad(tensor([1, 2, 3]), [[2, 2]], { mode: 'reflect' }).toArray(); // [3, 2, 1, 2, 3, 2, 1]
 */
export function pad<
  X extends Tensor,
  const W extends PadWidths,
  const O extends Exact<O, PadOptions> = Defaults<PadOptions>,
>(
  x: X,
  widths: W & Check<PadShape<ShapeIn<X>, W, Option<O, 'mode', 'constant'>>>,
  options?: O,
): Tensor<ShapeOf<PadShape<ShapeIn<X>, W, Option<O, 'mode', 'constant'>>>, DTypeIn<X>>;
export function pad(x: Tensor, widths: PadWidths, options?: PadOptions): Tensor {
  const { op, given } = openOptions('pad', options, ['mode', 'value', 'label']);
  needTensor(op, 'x', x);
  const { padBegin, padEnd, mode, outShape } = padGeometry(op, x.shape, widths, given.mode);
  if (given.value !== undefined && mode !== 'constant') {
    throw argumentError(op, 'value is for mode "constant" only', { mode, value: given.value });
  }
  const value = padValue(op, given.value ?? 0, x);
  const attrs = { padBegin, padEnd, mode, value };
  return emitOne({ op: 'pad', inputs: [x], attrs, outputs: [{ shape: outShape, dtype: x.dtype }] });
}

/** A constant that the dtype holds: floats take any number, also an infinity or NaN. */
function padValue(op: string, value: unknown, x: Tensor): number {
  if (x.dtype === 'float32' || x.dtype === 'float64') {
    if (typeof value === 'number') return value;
    throw argumentError(op, 'value must be a number', { value });
  }
  const number = finite(op, 'value', typeof value === 'boolean' ? Number(value) : value);
  const [least, most] = { int32: [-(2 ** 31), 2 ** 31 - 1], uint8: [0, 255], bool: [0, 1] }[
    x.dtype as 'int32' | 'uint8' | 'bool'
  ] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  if (Number.isInteger(number) && number >= (least as number) && number <= (most as number)) return number;
  throw argumentError(op, `value does not fit into ${x.dtype}`, { value });
}
