import { type AdaptivePoolShape, adaptivePoolGeometry } from '../shape/pool.js';
import type { DataFormat } from '../shape/spatial.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Labelled, openOptions } from './fused.js';
import { fromChannelsLast, toChannelsLast } from './layout.js';
import { type DTypeIn, needFloat, needTensor, type ShapeIn } from './operands.js';
import { type PoolWithIndices, poolOutputs } from './pool.js';

/** One size, or one per spatial axis; `null` keeps the input's. */
export type OutputSize = number | null | readonly (number | null)[];

export interface AdaptivePoolOptions extends Labelled {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** An adaptive pooling over `Rank` spatial axes: the result's shape is known where x's is. */
export type AdaptivePoolFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  const P extends OutputSize,
  const O extends Exact<O, AdaptivePoolOptions> = Defaults<AdaptivePoolOptions>,
>(
  x: X & Check<AdaptivePoolShape<ShapeIn<X>, P, O, Rank, Op>>,
  outputSize: P,
  options?: O,
) => Tensor<ShapeOf<AdaptivePoolShape<ShapeIn<X>, P, O, Rank, Op>>, DTypeIn<X>>;

/** As `AdaptivePoolFunction`, with the places of the maxima. */
export type AdaptivePoolWithIndicesFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  const P extends OutputSize,
  const O extends Exact<O, AdaptivePoolOptions> = Defaults<AdaptivePoolOptions>,
>(
  x: X & Check<AdaptivePoolShape<ShapeIn<X>, P, O, Rank, Op>>,
  outputSize: P,
  options?: O,
) => PoolWithIndices<ShapeOf<AdaptivePoolShape<ShapeIn<X>, P, O, Rank, Op>>, DTypeIn<X>>;

interface Kind {
  readonly mode: 'max' | 'avg';
  readonly indices: boolean;
}

const AVERAGE: Kind = { mode: 'avg', indices: false };
const MAXIMUM: Kind = { mode: 'max', indices: false };
const MAXIMUM_AND_INDICES: Kind = { mode: 'max', indices: true };

/** The means of `outputSize` windows that cover a sequence, x [N, steps, C]. @example adaptiveAvgPool1d(ones([1, 7, 3]), 2).shape; // [1, 2, 3] */
export const adaptiveAvgPool1d: AdaptivePoolFunction<1, 'adaptiveAvgPool1d'> = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
) => adaptive('adaptiveAvgPool1d', 1, x, outputSize, options, AVERAGE)[0] as never;

/**
 * The means of windows that cover an image, whatever its size: window i of an axis is
 * [floor(i * in / out), ceil((i + 1) * in / out)), as PyTorch defines it.
 * @param x [N, H, W, C], float32 or float64
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * adaptiveAvgPool2d(ones([1, 13, 13, 256]), [6, null]).shape; // [1, 6, 13, 256]
 */
export const adaptiveAvgPool2d: AdaptivePoolFunction<2, 'adaptiveAvgPool2d'> = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
) => adaptive('adaptiveAvgPool2d', 2, x, outputSize, options, AVERAGE)[0] as never;

/** The means of windows that cover a volume, x [N, D, H, W, C]. @example adaptiveAvgPool3d(ones([1, 4, 4, 4, 2]), 2).shape; // [1, 2, 2, 2, 2] */
export const adaptiveAvgPool3d: AdaptivePoolFunction<3, 'adaptiveAvgPool3d'> = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
) => adaptive('adaptiveAvgPool3d', 3, x, outputSize, options, AVERAGE)[0] as never;

/** The maxima of `outputSize` windows that cover a sequence. @example adaptiveMaxPool1d(ones([1, 7, 3]), 2).shape; // [1, 2, 3] */
export const adaptiveMaxPool1d: AdaptivePoolFunction<1, 'adaptiveMaxPool1d'> = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
) => adaptive('adaptiveMaxPool1d', 1, x, outputSize, options, MAXIMUM)[0] as never;

/** The maxima of windows that cover an image. @example adaptiveMaxPool2d(ones([1, 7, 7, 3]), 2).shape; // [1, 2, 2, 3] */
export const adaptiveMaxPool2d: AdaptivePoolFunction<2, 'adaptiveMaxPool2d'> = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
) => adaptive('adaptiveMaxPool2d', 2, x, outputSize, options, MAXIMUM)[0] as never;

/** The maxima of windows that cover a volume. @example adaptiveMaxPool3d(ones([1, 7, 7, 7, 3]), 2).shape; // [1, 2, 2, 2, 3] */
export const adaptiveMaxPool3d: AdaptivePoolFunction<3, 'adaptiveMaxPool3d'> = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
) => adaptive('adaptiveMaxPool3d', 3, x, outputSize, options, MAXIMUM)[0] as never;

/** `adaptiveMaxPool1d` with the places of the maxima. */
export const adaptiveMaxPool1dWithIndices: AdaptivePoolWithIndicesFunction<
  1,
  'adaptiveMaxPool1dWithIndices'
> = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions) =>
  withIndices('adaptiveMaxPool1dWithIndices', 1, x, outputSize, options) as never;

/** `adaptiveMaxPool2d` with the places of the maxima. */
export const adaptiveMaxPool2dWithIndices: AdaptivePoolWithIndicesFunction<
  2,
  'adaptiveMaxPool2dWithIndices'
> = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions) =>
  withIndices('adaptiveMaxPool2dWithIndices', 2, x, outputSize, options) as never;

/** `adaptiveMaxPool3d` with the places of the maxima. */
export const adaptiveMaxPool3dWithIndices: AdaptivePoolWithIndicesFunction<
  3,
  'adaptiveMaxPool3dWithIndices'
> = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions) =>
  withIndices('adaptiveMaxPool3dWithIndices', 3, x, outputSize, options) as never;

function withIndices(
  name: string,
  rank: number,
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
): PoolWithIndices {
  const [output, indices] = adaptive(name, rank, x, outputSize, options, MAXIMUM_AND_INDICES);
  return { output: output as Tensor, indices: indices as PoolWithIndices['indices'] };
}

function adaptive(
  name: string,
  spatialRank: number,
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptivePoolOptions | undefined,
  kind: Kind,
): Tensor[] {
  const { op, given } = openOptions(name, options, ['dataFormat', 'label']);
  needFloat(op, 'x', needTensor(op, 'x', x));
  const geometry = adaptivePoolGeometry(op, x.shape, outputSize, {
    dataFormat: given.dataFormat,
    spatialRank,
  });
  const shape = [geometry.batch, ...geometry.outSpatial, geometry.channels];
  const input = toChannelsLast(x, geometry.dataFormat);
  return poolOutputs('adaptivePool', input, { mode: kind.mode }, shape, kind.indices).map((output) =>
    fromChannelsLast(output, geometry.dataFormat),
  );
}
