import { axesIn, axisIn, finite } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { KeptShape } from '../shape/axes.js';
import type { GroupedShape } from '../shape/normalize.js';
import type { Check, Defaults, Exact, Option } from '../shape/typed.js';
import type { TypedArray } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { add, div, maximum, mul, sub } from './binary.js';
import { emitOne } from './emit.js';
import { type Labelled, needChannelVector, needSameFloat, openOptions } from './fused.js';
import { type DTypeIn, needFloat, needTensor, type ShapeIn } from './operands.js';
import { sum } from './reductions.js';
import { alias } from './reshape.js';
import { rsqrt, sqrt, square } from './unary.js';

/** What a normalisation multiplies by and adds at its end. */
export interface AffineOptions extends Labelled {
  /** Factors, one per element of the normalised axes. Default: none. */
  readonly gamma?: Tensor | null;
  /** Summands, one per element of the normalised axes. Default: none. */
  readonly beta?: Tensor | null;
  /** Added to the variance. Default 0.001, as Keras. */
  readonly epsilon?: number;
}

/** The options of `layerNorm` and `rmsNorm`. */
export interface LayerNormOptions extends AffineOptions {
  /** The axes to normalise over; gamma and beta have their sizes. Default -1. */
  readonly axis?: number | readonly number[];
}

/** The options of `groupNorm`. */
export interface GroupNormOptions extends AffineOptions {
  /** How many groups the channels are split into; -1: as many as channels (instance normalisation). Default 32. */
  readonly groups?: number;
  /** The axis of the channels. Default -1. */
  readonly axis?: number;
}

/** The options of `batchNorm`. */
export interface BatchNormOptions extends AffineOptions {
  /** One per channel. */
  readonly mean: Tensor;
  /** One per channel, at least 0. */
  readonly variance: Tensor;
  /** The axis of the channels. Default -1. */
  readonly axis?: number;
}

/** A normalisation over axes. */
export type AxesNormFunction<Op extends string> = <
  X extends Tensor,
  const O extends Exact<O, LayerNormOptions> = Defaults<LayerNormOptions>,
>(
  x: X & Check<KeptShape<ShapeIn<X>, Option<O, 'axis', -1>, Op>>,
  options?: O,
) => Tensor<ShapeIn<X>, DTypeIn<X>>;

const LAYER_OPTIONS = ['gamma', 'beta', 'epsilon', 'axis', 'label'] as const;

function epsilonOf(op: string, epsilon: unknown, standard: number): number {
  const value = finite(op, 'epsilon', epsilon ?? standard);
  if (value < 0) throw argumentError(op, 'epsilon must be at least 0', { epsilon: value });
  return value;
}

function normalizeNode(x: Tensor, axes: readonly number[], epsilon: number, center: boolean): Tensor {
  const attrs = { axes, epsilon, center };
  return emitOne({ op: 'normalize', inputs: [x], attrs, outputs: [{ shape: x.shape, dtype: x.dtype }] });
}

/** gamma or beta, shaped to broadcast over x: their axes are x's `axes`, the others are 1. */
function spread(op: string, name: string, value: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  needSameFloat(op, x, value, ['x', name]);
  const wanted = axes.map((axis) => x.shape[axis] as number | null);
  const fits =
    value.rank === wanted.length && wanted.every((size, i) => size === null || size === value.shape[i]);
  if (!fits)
    throw shapeError(op, `${name} must have the sizes of the normalised axes`, {
      [name]: value.shape,
      wanted,
    });
  return alias(
    value,
    x.shape.map((_, axis) => (axes.includes(axis) ? (value.shape[axes.indexOf(axis)] as number) : 1)),
  );
}

function affine(op: string, y: Tensor, options: AffineOptions, axes: readonly number[]): Tensor {
  const scaled = options.gamma ? mul(y, spread(op, 'gamma', options.gamma, y, axes)) : y;
  return options.beta ? add(scaled, spread(op, 'beta', options.beta, y, axes)) : scaled;
}

function overAxes(name: string, x: Tensor, options: LayerNormOptions | undefined, center: boolean): Tensor {
  const { op, given } = openOptions(name, options, LAYER_OPTIONS);
  needFloat(op, 'x', needTensor(op, 'x', x));
  const axes = axesIn(op, given.axis ?? -1, x.rank);
  if (axes.length === 0) throw argumentError(op, 'axis must name at least one axis', { axis: given.axis });
  const epsilon = epsilonOf(op, given.epsilon, center ? 1e-3 : 1e-6);
  return affine(op, normalizeNode(x, axes, epsilon, center), given, axes);
}

/**
 * Layer normalisation (Ba et al. 2016): (x - mean) / sqrt(variance + epsilon) * gamma + beta over `axis`, for every sample.
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT; so do all functions of this file
 *
 * @example
 * layerNorm(tensor([[1, 3]]), { epsilon: 0 }).toArray(); // [[-1, 1]]
 */
export const layerNorm: AxesNormFunction<'layerNorm'> = (x: Tensor, options?: LayerNormOptions) =>
  overAxes('layerNorm', x, options, true) as never;

/**
 * Root mean square normalisation (Zhang and Sennrich 2019): x / sqrt(mean(x * x) + epsilon) * gamma + beta over `axis`;
 * epsilon is 1e-6 by default.
 *
 * @example
 * rmsNorm(tensor([[3, 4, 0, 0]]), { epsilon: 0 }).toArray(); // [[1.2, 1.6, 0, 0]]
 */
export const rmsNorm: AxesNormFunction<'rmsNorm'> = (x: Tensor, options?: LayerNormOptions) =>
  overAxes('rmsNorm', x, options, false) as never;

/**
 * Group normalisation (Wu and He 2018): the channels of a sample are split into groups, each normalised with its positions;
 * gamma and beta have one value per channel.
 *
 * @example
 * groupNorm(ones([2, 4, 4, 8]), { groups: 2 }).shape; // [2, 4, 4, 8]
 */
export function groupNorm<
  X extends Tensor,
  const O extends Exact<O, GroupNormOptions> = Defaults<GroupNormOptions>,
>(x: X & Check<GroupedShape<ShapeIn<X>, O>>, options?: O): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function groupNorm(x: Tensor, options?: GroupNormOptions): Tensor {
  const { op, given } = openOptions('groupNorm', options, [
    'gamma',
    'beta',
    'epsilon',
    'groups',
    'axis',
    'label',
  ]);
  needFloat(op, 'x', needTensor(op, 'x', x));
  const axis = axisIn(op, given.axis ?? -1, x.rank);
  if (axis === 0)
    throw shapeError(op, 'axis 0 is the batch, not the channels', { axis: given.axis, x: x.shape });
  const channels = x.shape[axis] as number | null;
  if (channels === null) throw shapeError(op, 'the number of channels must be known', { x: x.shape });
  const groups = given.groups === -1 ? channels : (given.groups ?? 32);
  if (!Number.isSafeInteger(groups) || groups < 1) {
    throw argumentError(op, 'groups must be an integer of at least 1, or -1 for one group per channel', {
      groups,
    });
  }
  if (channels % groups !== 0) {
    throw shapeError(op, `${channels} channels do not divide into ${groups} groups`, { x: x.shape, groups });
  }
  const split = [...x.shape.slice(0, axis), groups, channels / groups, ...x.shape.slice(axis + 1)];
  const axes = split.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  const normal = normalizeNode(alias(x, split), axes, epsilonOf(op, given.epsilon, 1e-3), true);
  return affine(op, alias(normal, x.shape), given, [axis]);
}

/**
 * x * scale[c] + shift[c] with c along `axis`: what batch normalisation is when nothing is learnt. A convolution before it takes it in.
 * @param scale [C], of x's dtype
 * @param shift [C], of x's dtype
 *
 * @example
 * scaleShift(ones([1, 2]), tensor([2, 3]), tensor([0, 1])).toArray(); // [[2, 4]]
 */
export function scaleShift<X extends Tensor, const A extends number = -1>(
  x: X,
  scale: Tensor,
  shift: Tensor,
  axis?: A & Check<KeptShape<ShapeIn<X>, A, 'scaleShift'>>,
): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function scaleShift(x: Tensor, scale: Tensor, shift: Tensor, axis = -1): Tensor {
  return scaleShiftAs('scaleShift', x, scale, shift, axis);
}

function scaleShiftAs(op: string, x: Tensor, scale: Tensor, shift: Tensor, axis: number): Tensor {
  needFloat(op, 'x', needTensor(op, 'x', x));
  const at = axisIn(op, axis, x.rank);
  const channels = x.shape[at] as number | null;
  const inputs = [
    x,
    needChannelVector(op, 'scale', scale, channels, x),
    needChannelVector(op, 'shift', shift, channels, x),
  ];
  return emitOne({
    op: 'scaleShift',
    inputs,
    attrs: { axis: at },
    outputs: [{ shape: x.shape, dtype: x.dtype }],
  });
}

/** A batch normalisation as one factor and one summand per channel. */
export interface ScaleShift {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/**
 * scale = gamma / sqrt(variance + epsilon) and shift = beta - mean * scale, computed in double precision; of tensors on a
 * GPU there, in their own.
 *
 * @example
 * foldBatchNorm({ mean: tensor([1]), variance: tensor([4]), epsilon: 0 }).scale.toArray(); // [0.5]
 */
export function foldBatchNorm(options: BatchNormOptions): ScaleShift {
  const { op, given } = openOptions('foldBatchNorm', options, [
    'gamma',
    'beta',
    'epsilon',
    'mean',
    'variance',
    'axis',
    'label',
  ]);
  const { mean, variance, gamma = null, beta = null } = given;
  const parts = {
    mean: needTensor(op, 'mean', mean),
    variance: needTensor(op, 'variance', variance),
    gamma,
    beta,
  };
  const channels = parts.mean.shape[0] as number;
  for (const [name, part] of Object.entries(parts)) {
    if (part !== null) needChannelVector(op, name, part, channels, parts.mean);
  }
  const epsilon = epsilonOf(op, given.epsilon, 1e-3);
  const all = [parts.mean, parts.variance, gamma, beta];
  const elsewhere = all.some((part) => part?.isTraced || (part && part.device !== 'cpu'));
  return elsewhere ? foldByOps(parts, epsilon) : foldValues(parts, epsilon);
}

interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly gamma: Tensor | null;
  readonly beta: Tensor | null;
}

function foldByOps({ mean, variance, gamma, beta }: Moments, epsilon: number): ScaleShift {
  const factor = rsqrt(add(variance, epsilon));
  const scale = gamma === null ? factor : mul(gamma, factor);
  const offset = mul(mean, scale);
  return { scale, shift: beta === null ? mul(offset, -1) : sub(beta, offset) };
}

function foldValues({ mean, variance, gamma, beta }: Moments, epsilon: number): ScaleShift {
  const n = mean.size;
  const scale = new (mean.dtype === 'float64' ? Float64Array : Float32Array)(n);
  const shift = new (mean.dtype === 'float64' ? Float64Array : Float32Array)(n);
  const at = (part: Tensor | null, c: number, absent: number) =>
    part === null ? absent : ((part.data as TypedArray)[c] as number);
  for (let c = 0; c < n; c++) {
    const factor = at(gamma, c, 1) / Math.sqrt(at(variance, c, 1) + epsilon);
    scale[c] = factor;
    shift[c] = at(beta, c, 0) - at(mean, c, 0) * factor;
  }
  const dtype = mean.dtype as 'float32';
  return {
    scale: new Tensor(scale as Float32Array, [n], dtype),
    shift: new Tensor(shift as Float32Array, [n], dtype),
  };
}

/**
 * Batch normalisation with given moments (Ioffe and Szegedy 2015): (x - mean) / sqrt(variance + epsilon) * gamma + beta per channel.
 *
 * @example
 * batchNorm(tensor([[3, 3]]), { mean: tensor([1, 2]), variance: tensor([4, 1]), epsilon: 0 }).toArray(); // [[1, 1]]
 */
export function batchNorm<X extends Tensor>(x: X, options: BatchNormOptions): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function batchNorm(x: Tensor, options: BatchNormOptions): Tensor {
  const known = ['gamma', 'beta', 'epsilon', 'mean', 'variance', 'axis', 'label'] as const;
  const { op, given } = openOptions('batchNorm', options, known);
  const { axis = -1, ...moments } = given;
  const { scale, shift } = foldBatchNorm({ ...moments, label: op } as BatchNormOptions);
  return scaleShiftAs(op, x, scale, shift, axis);
}

/** The options of `l2Normalize`. */
export interface L2NormalizeOptions extends Labelled {
  /** The axes of the norm. Default -1. */
  readonly axis?: number | readonly number[];
  /** The least square of a norm to divide by. Default 1e-12. */
  readonly epsilon?: number;
}

/**
 * x / sqrt(max(sum(x * x), epsilon)): vectors of length 1 along `axis`.
 *
 * @example
 * l2Normalize(tensor([[3, 4]])).toArray(); // [[0.6, 0.8]]
 */
export function l2Normalize<
  X extends Tensor,
  const O extends Exact<O, L2NormalizeOptions> = Defaults<L2NormalizeOptions>,
>(
  x: X & Check<KeptShape<ShapeIn<X>, Option<O, 'axis', -1>, 'l2Normalize'>>,
  options?: O,
): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function l2Normalize(x: Tensor, options?: L2NormalizeOptions): Tensor {
  const { op, given } = openOptions('l2Normalize', options, ['axis', 'epsilon', 'label']);
  needFloat(op, 'x', needTensor(op, 'x', x));
  const axis = axesIn(op, given.axis ?? -1, x.rank);
  const squares = sum(square(x), { axis, keepDims: true });
  return div(x, sqrt(maximum(squares, epsilonOf(op, given.epsilon, 1e-12))));
}
