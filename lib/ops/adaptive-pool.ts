import { adaptivePoolGeometry } from '../shape/pool.js';
import type { DataFormat } from '../shape/spatial.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Labelled, openOptions } from './fused.js';
import { fromChannelsLast, toChannelsLast } from './layout.js';
import { needFloat, needTensor } from './operands.js';
import { type PoolWithIndices, poolOutputs } from './pool.js';

/** One size, or one per spatial axis; `null` keeps the input's. */
export type OutputSize = number | null | readonly (number | null)[];

export interface AdaptivePoolOptions extends Labelled {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

interface Kind {
  readonly mode: 'max' | 'avg';
  readonly indices: boolean;
}

const AVERAGE: Kind = { mode: 'avg', indices: false };
const MAXIMUM: Kind = { mode: 'max', indices: false };
const MAXIMUM_AND_INDICES: Kind = { mode: 'max', indices: true };

/** The means of `outputSize` windows that cover a sequence, x [N, steps, C]. @example adaptiveAvgPool1d(ones([1, 7, 3]), 2).shape; // [1, 2, 3] */
export const adaptiveAvgPool1d = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions): Tensor =>
  adaptive('adaptiveAvgPool1d', 1, x, outputSize, options, AVERAGE)[0] as Tensor;

/**
 * The means of windows that cover an image, whatever its size: window i of an axis is
 * [floor(i * in / out), ceil((i + 1) * in / out)), as PyTorch defines it.
 * @param x [N, H, W, C], float32 or float64
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * adaptiveAvgPool2d(ones([1, 13, 13, 256]), [6, null]).shape; // [1, 6, 13, 256]
 */
export const adaptiveAvgPool2d = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions): Tensor =>
  adaptive('adaptiveAvgPool2d', 2, x, outputSize, options, AVERAGE)[0] as Tensor;

/** The means of windows that cover a volume, x [N, D, H, W, C]. @example adaptiveAvgPool3d(ones([1, 4, 4, 4, 2]), 2).shape; // [1, 2, 2, 2, 2] */
export const adaptiveAvgPool3d = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions): Tensor =>
  adaptive('adaptiveAvgPool3d', 3, x, outputSize, options, AVERAGE)[0] as Tensor;

/** The maxima of `outputSize` windows that cover a sequence. @example adaptiveMaxPool1d(ones([1, 7, 3]), 2).shape; // [1, 2, 3] */
export const adaptiveMaxPool1d = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions): Tensor =>
  adaptive('adaptiveMaxPool1d', 1, x, outputSize, options, MAXIMUM)[0] as Tensor;

/** The maxima of windows that cover an image. @example adaptiveMaxPool2d(ones([1, 7, 7, 3]), 2).shape; // [1, 2, 2, 3] */
export const adaptiveMaxPool2d = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions): Tensor =>
  adaptive('adaptiveMaxPool2d', 2, x, outputSize, options, MAXIMUM)[0] as Tensor;

/** The maxima of windows that cover a volume. @example adaptiveMaxPool3d(ones([1, 7, 7, 7, 3]), 2).shape; // [1, 2, 2, 2, 3] */
export const adaptiveMaxPool3d = (x: Tensor, outputSize: OutputSize, options?: AdaptivePoolOptions): Tensor =>
  adaptive('adaptiveMaxPool3d', 3, x, outputSize, options, MAXIMUM)[0] as Tensor;

/** `adaptiveMaxPool1d` with the places of the maxima. */
export const adaptiveMaxPool1dWithIndices = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
): PoolWithIndices => withIndices('adaptiveMaxPool1dWithIndices', 1, x, outputSize, options);

/** `adaptiveMaxPool2d` with the places of the maxima. */
export const adaptiveMaxPool2dWithIndices = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
): PoolWithIndices => withIndices('adaptiveMaxPool2dWithIndices', 2, x, outputSize, options);

/** `adaptiveMaxPool3d` with the places of the maxima. */
export const adaptiveMaxPool3dWithIndices = (
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
): PoolWithIndices => withIndices('adaptiveMaxPool3dWithIndices', 3, x, outputSize, options);

function withIndices(
  name: string,
  rank: number,
  x: Tensor,
  outputSize: OutputSize,
  options?: AdaptivePoolOptions,
): PoolWithIndices {
  const [output, indices] = adaptive(name, rank, x, outputSize, options, MAXIMUM_AND_INDICES);
  return { output: output as Tensor, indices: indices as Tensor };
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
