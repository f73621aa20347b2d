import { oneOf } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import {
  type ConvGeometry,
  type ConvShape,
  type ConvShapeOptions,
  convGeometry,
  type DepthwiseShape,
  depthwiseGeometry,
  groupedKernel,
} from '../shape/conv.js';
import { type SeparableShape, separableGeometry } from '../shape/separable.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import type { ActivationSpec } from './activations.js';
import { emitActivated, type Labelled, needChannelVector, needSameFloat, openOptions } from './fused.js';
import { attrSizes, toChannelsLast } from './layout.js';
import type { DTypeIn, ShapeIn } from './operands.js';
import { alias } from './reshape.js';

/**
 * `auto` picks the fastest way; `direct` sums every window as it stands; `winograd` (float32 images, 3x3 or 5x5 kernels, strides and
 * dilations of 1) multiplies a quarter to a sixth as often for some times the rounding error of `direct`.
 */
export type ConvAlgorithm = (typeof ALGORITHMS)[number];
export const ALGORITHMS = ['auto', 'direct', 'winograd'] as const;

/** The options of every convolution. */
export interface ConvOptions extends ConvShapeOptions, Labelled {
  /** One value per filter, added to the result. */
  readonly bias?: Tensor | null;
  /** Applied to the result, after the bias, on the way out. */
  readonly activation?: ActivationSpec | null;
  /** How it is computed. Default `auto`. */
  readonly algorithm?: ConvAlgorithm;
}

/** The options of a convolution whose groups are its channels. */
export type DepthwiseOptions = Omit<ConvOptions, 'groups'>;

const UNGROUPED = [
  'strides',
  'padding',
  'dilationRate',
  'dataFormat',
  'bias',
  'activation',
  'algorithm',
  'label',
] as const;
const OPTIONS = [...UNGROUPED, 'groups'] as const;

/** A convolution of `Rank` spatial axes (`null`: as many as the kernel has): the result's shape is known where those of x and kernel are. */
export type ConvFunction<Rank extends number | null, Op extends string> = <
  X extends Tensor,
  K extends Tensor,
  const O extends Exact<O, ConvOptions> = Defaults<ConvOptions>,
>(
  x: X,
  kernel: K & Check<ConvShape<ShapeIn<X>, ShapeIn<K>, O, Rank, Op>>,
  options?: O,
) => Tensor<ShapeOf<ConvShape<ShapeIn<X>, ShapeIn<K>, O, Rank, Op>>, DTypeIn<X>>;

/** As `ConvFunction`, for kernels [...window, C, multiplier]. */
export type DepthwiseFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  K extends Tensor,
  const O extends Exact<O, DepthwiseOptions> = Defaults<DepthwiseOptions>,
>(
  x: X,
  kernel: K & Check<DepthwiseShape<ShapeIn<X>, ShapeIn<K>, O, Rank, Op>>,
  options?: O,
) => Tensor<ShapeOf<DepthwiseShape<ShapeIn<X>, ShapeIn<K>, O, Rank, Op>>, DTypeIn<X>>;

/** As `ConvFunction`, for the two kernels of a separable convolution. */
export type SeparableFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  A extends Shape,
  B extends Shape,
  const O extends Exact<O, DepthwiseOptions> = Defaults<DepthwiseOptions>,
>(
  x: X,
  kernels: SeparableKernels<A, B> & Check<SeparableShape<ShapeIn<X>, A, B, O, Rank, Op>>,
  options?: O,
) => Tensor<ShapeOf<SeparableShape<ShapeIn<X>, A, B, O, Rank, Op>>, DTypeIn<X>>;

/**
 * Convolution over 1, 2 or 3 spatial axes, as many as the kernel has; the doors below name the rank.
 * @param x [N, ...spatial, C], float32 or float64
 * @param kernel [...window, C / groups, filters], of x's dtype
 * @returns [N, ...out, filters]
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * conv(ones([1, 5, 5, 1]), ones([3, 3, 1, 8])).shape; // [1, 3, 3, 8]
 */
export const conv: ConvFunction<null, 'conv'> = (x: Tensor, kernel: Tensor, options?: ConvOptions) =>
  grouped('conv', null, x, kernel, options) as never;

/**
 * Convolution of sequences: x [N, steps, C], kernel [kW, C / groups, filters].
 *
 * @example
 * conv1d(ones([1, 10, 32]), ones([3, 32, 64]), { padding: 'same' }).shape; // [1, 10, 64]
 */
export const conv1d: ConvFunction<1, 'conv1d'> = (x: Tensor, kernel: Tensor, options?: ConvOptions) =>
  grouped('conv1d', 1, x, kernel, options) as never;

/**
 * Convolution of images: x [N, H, W, C], kernel [kH, kW, C / groups, filters]. The window is not flipped.
 *
 * @example
 * conv2d(ones([1, 32, 32, 3]), ones([5, 5, 3, 6]), { activation: 'relu' }).shape; // [1, 28, 28, 6]
 */
export const conv2d: ConvFunction<2, 'conv2d'> = (x: Tensor, kernel: Tensor, options?: ConvOptions) =>
  grouped('conv2d', 2, x, kernel, options) as never;

/**
 * Convolution of volumes: x [N, D, H, W, C], kernel [kD, kH, kW, C / groups, filters].
 *
 * @example
 * conv3d(ones([1, 8, 8, 8, 2]), ones([3, 3, 3, 2, 4])).shape; // [1, 6, 6, 6, 4]
 */
export const conv3d: ConvFunction<3, 'conv3d'> = (x: Tensor, kernel: Tensor, options?: ConvOptions) =>
  grouped('conv3d', 3, x, kernel, options) as never;

/**
 * Every channel of a sequence with filters of its own: kernel [kW, C, multiplier], output channel c * multiplier + m.
 *
 * @example
 * depthwiseConv1d(ones([1, 10, 4]), ones([3, 4, 2])).shape; // [1, 8, 8]
 */
export const depthwiseConv1d: DepthwiseFunction<1, 'depthwiseConv1d'> = (
  x: Tensor,
  kernel: Tensor,
  options?: DepthwiseOptions,
) => depthwise('depthwiseConv1d', 1, x, kernel, options) as never;

/**
 * Every channel of an image with filters of its own: kernel [kH, kW, C, multiplier], output channel c * multiplier + m.
 *
 * @example
 * depthwiseConv2d(ones([1, 8, 8, 3]), ones([3, 3, 3, 2])).shape; // [1, 6, 6, 6]
 */
export const depthwiseConv2d: DepthwiseFunction<2, 'depthwiseConv2d'> = (
  x: Tensor,
  kernel: Tensor,
  options?: DepthwiseOptions,
) => depthwise('depthwiseConv2d', 2, x, kernel, options) as never;

/** The two kernels of a separable convolution. */
export interface SeparableKernels<A extends Shape = Shape, B extends Shape = Shape> {
  /** [...window, C, multiplier] */
  readonly depthwise: Tensor<A>;
  /** [...1, C * multiplier, filters] */
  readonly pointwise: Tensor<B>;
}

/**
 * A depthwise convolution of sequences, then a pointwise one; bias and activation come after the second.
 *
 * @example
 * separableConv1d(ones([1, 10, 4]), { depthwise: ones([3, 4, 1]), pointwise: ones([1, 4, 8]) }).shape; // [1, 8, 8]
 */
export const separableConv1d: SeparableFunction<1, 'separableConv1d'> = (
  x: Tensor,
  kernels: SeparableKernels,
  options?: DepthwiseOptions,
) => separable('separableConv1d', 1, x, kernels, options) as never;

/**
 * A depthwise convolution of images, then a pointwise one; bias and activation come after the second.
 *
 * @example
 * separableConv2d(ones([1, 8, 8, 3]), { depthwise: ones([3, 3, 3, 1]), pointwise: ones([1, 1, 3, 8]) }).shape; // [1, 6, 6, 8]
 */
export const separableConv2d: SeparableFunction<2, 'separableConv2d'> = (
  x: Tensor,
  kernels: SeparableKernels,
  options?: DepthwiseOptions,
) => separable('separableConv2d', 2, x, kernels, options) as never;

/** Refuses a kernel of another spatial rank than the door's. */
export function needSpatialRank(op: string, kernel: Tensor, spatialRank: number | null): void {
  if (spatialRank !== null && kernel.rank !== spatialRank + 2) {
    throw shapeError(op, `the kernel must have rank ${spatialRank + 2}, not ${kernel.rank}`, {
      kernel: kernel.shape,
    });
  }
}

function grouped(
  name: string,
  rank: number | null,
  x: Tensor,
  kernel: Tensor,
  options?: ConvOptions,
): Tensor {
  const { op, given } = openOptions(name, options, OPTIONS);
  needSameFloat(op, x, kernel, ['x', 'kernel']);
  needSpatialRank(op, kernel, rank);
  return convNode(op, x, kernel, convGeometry(op, x.shape, kernel.shape, given), given);
}

function depthwise(
  name: string,
  rank: number,
  x: Tensor,
  kernel: Tensor,
  options?: DepthwiseOptions,
): Tensor {
  const { op, given } = openOptions(name, options, UNGROUPED);
  needSameFloat(op, x, kernel, ['x', 'kernel']);
  needSpatialRank(op, kernel, rank);
  const geometry = depthwiseGeometry(op, x.shape, kernel.shape, given);
  return convNode(op, x, alias(kernel, groupedKernel(kernel.shape)), geometry, given);
}

function separable(
  name: string,
  rank: number,
  x: Tensor,
  kernels: SeparableKernels,
  options?: DepthwiseOptions,
): Tensor {
  const { op, given } = openOptions(name, options, UNGROUPED);
  const { depthwise: first, pointwise: second } = kernels;
  needSameFloat(op, x, first, ['x', 'depthwise']);
  needSameFloat(op, x, second, ['x', 'pointwise']);
  needSpatialRank(op, first, rank);
  const geometry = separableGeometry(op, x.shape, first.shape, second.shape, given);
  const { bias: _bias, activation: _activation, ...plain } = given;
  const middle = convNode(op, x, alias(first, groupedKernel(first.shape)), geometry.depthwise, plain);
  return convNode(op, middle, second, geometry.pointwise, given);
}

function convNode(
  op: string,
  x: Tensor,
  kernel: Tensor,
  geometry: ConvGeometry,
  options: ConvOptions,
): Tensor {
  const { batch, outSpatial, outChannels, dataFormat } = geometry;
  const inputs = [toChannelsLast(x, dataFormat), kernel];
  if (options.bias) inputs.push(needChannelVector(op, 'bias', options.bias, outChannels, x));
  const algorithm = algorithmOf(op, kernel, geometry, options);
  const attrs: Attrs = {
    strides: geometry.strides,
    dilations: geometry.dilations,
    padBegin: attrSizes(geometry.padBegin),
    padEnd: attrSizes(geometry.padEnd),
    groups: geometry.groups,
    ...(algorithm === 'auto' ? {} : { algorithm }),
  };
  const shape = [batch, ...outSpatial, outChannels];
  const node = { op: 'conv', inputs, attrs, outputs: [{ shape, dtype: x.dtype }] };
  return emitActivated(op, node, options.activation, dataFormat);
}

function algorithmOf(
  op: string,
  kernel: Tensor,
  geometry: ConvGeometry,
  options: ConvOptions,
): ConvAlgorithm {
  const algorithm = oneOf(op, 'algorithm', options.algorithm ?? 'auto', ALGORITHMS);
  const { strides, dilations } = geometry;
  const window = kernel.shape.slice(0, 2).join();
  const plain = [...strides, ...dilations].every((step) => step === 1);
  const fits = kernel.rank === 4 && (window === '3,3' || window === '5,5') && plain;
  if (algorithm === 'winograd' && !(fits && kernel.dtype === 'float32')) {
    throw argumentError(
      op,
      'algorithm "winograd" needs float32 images, a 3x3 or 5x5 kernel, strides and dilations of 1',
      { kernel: kernel.shape, dtype: kernel.dtype, strides, dilationRate: dilations },
      'Use algorithm="auto".',
    );
  }
  return algorithm;
}
