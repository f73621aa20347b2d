import { axesIn, axisIn, boolean, readOptions } from '../check.js';
import {
  type ArgReduceShape,
  type ExtremeShape,
  type ReduceShape,
  reduceShape,
  refuseEmpty,
} from '../shape/reduce.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, less, sub } from './binary.js';
import { cast } from './cast.js';
import { emitOne } from './emit.js';
import { type DTypeIn, needFloat, needTensor, type ShapeIn } from './operands.js';
import { alias } from './reshape.js';
import { abs, exp, log, sqrt } from './unary.js';
import { where } from './where.js';

/** What every reduction takes. */
export interface ReduceOptions {
  /** The axes to reduce, negative ones counted from the end. Default: all. */
  axis?: number | readonly number[];
  /** Keep the reduced axes with size 1. Default false. */
  keepDims?: boolean;
}

/** What `argMax` and `argMin` take. */
export interface ArgReduceOptions {
  /** The axis to search. Default: all elements, in row-major order. */
  axis?: number;
  /** Keep the searched axis with size 1. Default false. */
  keepDims?: boolean;
}

/** The dtype that a sum is counted in. */
type Counted<D extends DType> = D extends 'bool' | 'uint8' ? 'int32' : D;

/** The options of a reduction as a call gives them. */
type Given<O> = Exact<O, ReduceOptions>;

/** The index of an extreme element: int32. */
export type ArgReduceFunction<Op extends string> = <
  X extends Tensor,
  const O extends Exact<O, ArgReduceOptions> = Defaults<ArgReduceOptions>,
>(
  x: X & Check<ArgReduceShape<ShapeIn<X>, O, Op>>,
  options?: O,
) => Tensor<ShapeOf<ArgReduceShape<ShapeIn<X>, O, Op>>, 'int32'>;

function reduce(op: string, fn: string, x: Tensor, options: ReduceOptions | undefined, dtype: DType): Tensor {
  const { axis, keepDims = false } = readOptions(op, options, ['axis', 'keepDims']);
  const axes = axesIn(op, axis, x.rank);
  boolean(op, 'keepDims', keepDims);
  if (fn === 'max' || fn === 'min') refuseEmpty(op, x.shape, axes);
  const shape = reduceShape(x.shape, axes, keepDims);
  // No axis to reduce (a scalar, or an empty list): reduce an added axis of size 1.
  const [input, reduced] = axes.length > 0 ? [x, axes] : [alias(x, [...x.shape, 1]), [x.rank]];
  const attrs = { fn, axes: reduced, keepDims: keepDims && axes.length > 0 };
  return emitOne({ op: 'reduce', inputs: [input], attrs, outputs: [{ shape, dtype }] });
}

/** Bytes and booleans are counted in int32: a uint8 would wrap at 256. */
function countable(op: string, x: Tensor): Tensor {
  needTensor(op, 'x', x);
  return x.dtype === 'bool' || x.dtype === 'uint8' ? cast(x, 'int32') : x;
}

/**
 * The sum over axes; 0 of no elements. bool and uint8 are summed as int32, other dtypes stay.
 * @throws ERR_SHAPE for an axis out of range; so do all reductions
 *
 * @example
 * sum(tensor([[1, 2], [3, 4]]));                              // 10
 * sum(tensor([[1, 2], [3, 4]]), { axis: 0 });                 // [4, 6]
 * sum(tensor([[1, 2], [3, 4]]), { axis: 1, keepDims: true }); // [[3], [7]]
 */
export function sum<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'sum'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'sum'>>, Counted<DTypeIn<X>>>;
export function sum(x: Tensor, options?: ReduceOptions): Tensor {
  const counted = countable('sum', x);
  return reduce('sum', 'sum', counted, options, counted.dtype);
}

/** The product over axes; 1 of no elements. bool and uint8 are multiplied as int32, other dtypes stay. */
export function prod<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'prod'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'prod'>>, Counted<DTypeIn<X>>>;
export function prod(x: Tensor, options?: ReduceOptions): Tensor {
  const counted = countable('prod', x);
  return reduce('prod', 'prod', counted, options, counted.dtype);
}

/** The mean over axes of a float tensor; NaN of no elements. @throws ERR_DTYPE for integers */
export function mean<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'mean'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'mean'>>, DTypeIn<X>>;
export function mean(x: Tensor, options?: ReduceOptions): Tensor {
  needFloat('mean', 'x', needTensor('mean', 'x', x));
  return reduce('mean', 'mean', x, options, x.dtype);
}

/** The largest element over axes; NaN wins. @throws ERR_SHAPE for no elements */
export function max<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ExtremeShape<ShapeIn<X>, O, 'max'>>,
  options?: O,
): Tensor<ShapeOf<ExtremeShape<ShapeIn<X>, O, 'max'>>, DTypeIn<X>>;
export function max(x: Tensor, options?: ReduceOptions): Tensor {
  needTensor('max', 'x', x);
  return reduce('max', 'max', x, options, x.dtype);
}

/** The smallest element over axes; NaN wins. @throws ERR_SHAPE for no elements */
export function min<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ExtremeShape<ShapeIn<X>, O, 'min'>>,
  options?: O,
): Tensor<ShapeOf<ExtremeShape<ShapeIn<X>, O, 'min'>>, DTypeIn<X>>;
export function min(x: Tensor, options?: ReduceOptions): Tensor {
  needTensor('min', 'x', x);
  return reduce('min', 'min', x, options, x.dtype);
}

/** The mean squared distance from the mean, over axes of a float tensor (the population's: divided by n). */
export function variance<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'variance'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'variance'>>, DTypeIn<X>>;
export function variance(x: Tensor, options?: ReduceOptions): Tensor {
  needFloat('variance', 'x', needTensor('variance', 'x', x));
  return reduce('variance', 'variance', x, options, x.dtype);
}

/** The square root of the variance. */
export function std<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'std'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'std'>>, DTypeIn<X>>;
export function std(x: Tensor, options?: ReduceOptions): Tensor {
  needFloat('std', 'x', needTensor('std', 'x', x));
  return sqrt(reduce('std', 'variance', x, options, x.dtype));
}

/** The Euclidean length over axes of a float tensor: `sqrt(sum(x * x))`. @example norm(tensor([3, 4])); // 5 */
export function norm<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'norm'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'norm'>>, DTypeIn<X>>;
export function norm(x: Tensor, options?: ReduceOptions): Tensor {
  needFloat('norm', 'x', needTensor('norm', 'x', x));
  return sqrt(reduce('norm', 'sumSquare', x, options, x.dtype));
}

/** `log(sum(exp(x)))` over axes of a float tensor, without overflow. */
export function logSumExp<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ExtremeShape<ShapeIn<X>, O, 'logSumExp'>>,
  options?: O,
): Tensor<ShapeOf<ExtremeShape<ShapeIn<X>, O, 'logSumExp'>>, DTypeIn<X>>;
export function logSumExp(x: Tensor, options?: ReduceOptions): Tensor {
  const op = 'logSumExp';
  needFloat(op, 'x', needTensor(op, 'x', x));
  const { axis, keepDims = false } = readOptions(op, options, ['axis', 'keepDims']);
  boolean(op, 'keepDims', keepDims);
  const axes = axesIn(op, axis, x.rank);
  refuseEmpty(op, x.shape, axes);
  const largest = reduce(op, 'max', x, { axis: axes, keepDims: true }, x.dtype);
  // An infinite maximum would give Infinity - Infinity.
  const shift = where(less(abs(largest), Number.POSITIVE_INFINITY), largest, 0);
  const total = reduce(op, 'sum', exp(sub(x, shift)), { axis: axes, keepDims: true }, x.dtype);
  const result = add(log(total), shift);
  return keepDims ? result : alias(result, reduceShape(x.shape, axes, false));
}

function argReduce(op: 'argMax' | 'argMin', x: Tensor, options: ArgReduceOptions | undefined): Tensor {
  needTensor(op, 'x', x);
  const { axis, keepDims = false } = readOptions(op, options, ['axis', 'keepDims']);
  boolean(op, 'keepDims', keepDims);
  const known = x.shape.every((dim) => dim !== null);
  const input = axis === undefined ? alias(x, [known ? x.size : null]) : x;
  const axes = [axis === undefined ? 0 : axisIn(op, axis, x.rank)];
  refuseEmpty(op, input.shape, axes);
  const shape = reduceShape(input.shape, axes, keepDims);
  const attrs = { fn: op, axes, keepDims };
  const result = emitOne({ op: 'reduce', inputs: [input], attrs, outputs: [{ shape, dtype: 'int32' }] });
  return axis === undefined && keepDims
    ? alias(
        result,
        x.shape.map(() => 1),
      )
    : result;
}

/**
 * The index of the first largest element along an axis, as int32; NaN wins.
 * @throws ERR_SHAPE for no elements
 *
 * @example
 * argMax(tensor([[1, 9, 3], [7, 2, 7]]), { axis: 1 }); // [1, 0]
 */
export const argMax: ArgReduceFunction<'argMax'> = (x: Tensor, options?: ArgReduceOptions) =>
  argReduce('argMax', x, options) as never;

/** The index of the first smallest element along an axis, as int32; NaN wins. @throws ERR_SHAPE for no elements */
export const argMin: ArgReduceFunction<'argMin'> = (x: Tensor, options?: ArgReduceOptions) =>
  argReduce('argMin', x, options) as never;

/** Whether some element over axes is not 0; false of no elements. Any dtype. */
export function any<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'any'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'any'>>, 'bool'>;
export function any(x: Tensor, options?: ReduceOptions): Tensor {
  return reduce('any', 'any', cast(needTensor('any', 'x', x), 'bool'), options, 'bool');
}

/** Whether every element over axes is not 0; true of no elements. Any dtype. */
export function all<X extends Tensor, const O extends Given<O> = Defaults<ReduceOptions>>(
  x: X & Check<ReduceShape<ShapeIn<X>, O, 'all'>>,
  options?: O,
): Tensor<ShapeOf<ReduceShape<ShapeIn<X>, O, 'all'>>, 'bool'>;
export function all(x: Tensor, options?: ReduceOptions): Tensor {
  return reduce('all', 'all', cast(needTensor('all', 'x', x), 'bool'), options, 'bool');
}
