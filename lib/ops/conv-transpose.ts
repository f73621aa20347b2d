import {
  type ConvTransposeShape,
  type ConvTransposeShapeOptions,
  convTransposeGeometry,
} from '../shape/conv-transpose.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import type { ActivationSpec } from './activations.js';
import { needSpatialRank } from './conv.js';
import { emitActivated, type Labelled, needChannelVector, needSameFloat, openOptions } from './fused.js';
import { toChannelsLast } from './layout.js';
import type { DTypeIn, ShapeIn } from './operands.js';

/** The options of every transposed convolution. */
export interface ConvTransposeOptions extends ConvTransposeShapeOptions, Labelled {
  /** One value per filter, added to the result. */
  readonly bias?: Tensor | null;
  /** Applied to the result, after the bias, on the way out. */
  readonly activation?: ActivationSpec | null;
}

const OPTIONS = [
  'strides',
  'padding',
  'dilationRate',
  'groups',
  'dataFormat',
  'outputPadding',
  'outputSize',
  'bias',
  'activation',
  'label',
] as const;

/** A transposed convolution of `Rank` spatial axes: the result's shape is known where those of x and kernel are. */
export type ConvTransposeFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  K extends Tensor,
  const O extends Exact<O, ConvTransposeOptions> = Defaults<ConvTransposeOptions>,
>(
  x: X,
  kernel: K & Check<ConvTransposeShape<ShapeIn<X>, ShapeIn<K>, O, Rank, Op>>,
  options?: O,
) => Tensor<ShapeOf<ConvTransposeShape<ShapeIn<X>, ShapeIn<K>, O, Rank, Op>>, DTypeIn<X>>;

/**
 * Transposed convolution of sequences: x [N, steps, C], kernel [kW, filters / groups, C].
 *
 * @example
 * conv1dTranspose(ones([1, 8, 4]), ones([2, 5, 4]), { strides: 2 }).shape; // [1, 16, 5]
 */
export const conv1dTranspose: ConvTransposeFunction<1, 'conv1dTranspose'> = (
  x: Tensor,
  kernel: Tensor,
  options?: ConvTransposeOptions,
) => convTranspose('conv1dTranspose', 1, x, kernel, options) as never;

/**
 * Transposed convolution of images, the gradient of `conv2d` by its input: x [N, H, W, C], kernel [kH, kW, filters / groups, C].
 * The sizes follow Keras for `valid` and `same`, PyTorch for numbers and pairs; see `convTransposeGeometry`.
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * conv2dTranspose(ones([1, 7, 7, 8]), ones([3, 3, 4, 8]), { strides: 2, padding: 'same' }).shape; // [1, 14, 14, 4]
 */
export const conv2dTranspose: ConvTransposeFunction<2, 'conv2dTranspose'> = (
  x: Tensor,
  kernel: Tensor,
  options?: ConvTransposeOptions,
) => convTranspose('conv2dTranspose', 2, x, kernel, options) as never;

/**
 * Transposed convolution of volumes: x [N, D, H, W, C], kernel [kD, kH, kW, filters / groups, C].
 *
 * @example
 * conv3dTranspose(ones([1, 2, 2, 2, 3]), ones([2, 2, 2, 4, 3]), { strides: 2 }).shape; // [1, 4, 4, 4, 4]
 */
export const conv3dTranspose: ConvTransposeFunction<3, 'conv3dTranspose'> = (
  x: Tensor,
  kernel: Tensor,
  options?: ConvTransposeOptions,
) => convTranspose('conv3dTranspose', 3, x, kernel, options) as never;

function convTranspose(
  name: string,
  spatialRank: number,
  x: Tensor,
  kernel: Tensor,
  options?: ConvTransposeOptions,
): Tensor {
  const { op, given } = openOptions(name, options, OPTIONS);
  needSameFloat(op, x, kernel, ['x', 'kernel']);
  needSpatialRank(op, kernel, spatialRank);
  const geometry = convTransposeGeometry(op, x.shape, kernel.shape, given);
  const { batch, outSpatial, outChannels, dataFormat } = geometry;
  const inputs = [toChannelsLast(x, dataFormat), kernel];
  if (given.bias) inputs.push(needChannelVector(op, 'bias', given.bias, outChannels, x));
  const attrs: Attrs = {
    strides: geometry.strides,
    dilations: geometry.dilations,
    padBegin: geometry.padBegin,
    groups: geometry.groups,
  };
  const shape = [batch, ...outSpatial, outChannels];
  const node = { op: 'convTranspose', inputs, attrs, outputs: [{ shape, dtype: x.dtype }] };
  return emitActivated(op, node, given.activation, dataFormat);
}
