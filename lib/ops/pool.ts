import { boolean } from '../check.js';
import {
  type GlobalPoolShape,
  type GlobalPoolShapeOptions,
  globalPoolGeometry,
  type PoolShape,
  type PoolShapeOptions,
  poolGeometry,
} from '../shape/pool.js';
import type { PerAxis } from '../shape/spatial.js';
import type { Check, Defaults, Exact, ShapeOf } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import { emit, emitOne } from './emit.js';
import { type Labelled, openOptions } from './fused.js';
import { attrSizes, fromChannelsLast, toChannelsLast } from './layout.js';
import { type DTypeIn, needFloat, needTensor, type ShapeIn } from './operands.js';

/** The options of max pooling. */
export interface MaxPoolOptions extends PoolShapeOptions, Labelled {}

/** The options of average pooling. */
export interface AvgPoolOptions extends MaxPoolOptions {
  /** Count the zeros of the padding as elements of the mean. `same` padding never counts. Default false. */
  readonly countIncludePad?: boolean;
}

/** A maximum and where it was. */
export interface PoolWithIndices<S extends Shape = Shape, D extends DType = DType> {
  readonly output: Tensor<S, D>;
  /** int32: the flat index in the spatial plane of the input, without padding, of the first maximum of each window. */
  readonly indices: Tensor<S, 'int32'>;
}

/** The options of global pooling. */
export interface GlobalPoolOptions extends GlobalPoolShapeOptions, Labelled {}

const MAX_OPTIONS = ['strides', 'padding', 'dilationRate', 'ceilMode', 'dataFormat', 'label'] as const;
const AVG_OPTIONS = [...MAX_OPTIONS, 'countIncludePad'] as const;
const GLOBAL_OPTIONS = ['keepDims', 'dataFormat', 'label'] as const;

/** A pooling over `Rank` spatial axes: the result's shape is known where those of x and the window are. */
export type PoolFunction<Options extends MaxPoolOptions, Rank extends number, Op extends string> = <
  X extends Tensor,
  const P extends PerAxis,
  const O extends Exact<O, Options> = Defaults<Options>,
>(
  x: X,
  poolSize: P & Check<PoolShape<ShapeIn<X>, P, O, Rank, Op>>,
  options?: O,
) => Tensor<ShapeOf<PoolShape<ShapeIn<X>, P, O, Rank, Op>>, DTypeIn<X>>;

/** As `PoolFunction`, with the places of the maxima. */
export type PoolWithIndicesFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  const P extends PerAxis,
  const O extends Exact<O, MaxPoolOptions> = Defaults<MaxPoolOptions>,
>(
  x: X,
  poolSize: P & Check<PoolShape<ShapeIn<X>, P, O, Rank, Op>>,
  options?: O,
) => PoolWithIndices<ShapeOf<PoolShape<ShapeIn<X>, P, O, Rank, Op>>, DTypeIn<X>>;

/** A pooling over all of `Rank` spatial axes. */
export type GlobalPoolFunction<Rank extends number, Op extends string> = <
  X extends Tensor,
  const O extends Exact<O, GlobalPoolOptions> = Defaults<GlobalPoolOptions>,
>(
  x: X & Check<GlobalPoolShape<ShapeIn<X>, O, Rank, Op>>,
  options?: O,
) => Tensor<ShapeOf<GlobalPoolShape<ShapeIn<X>, O, Rank, Op>>, DTypeIn<X>>;

/** The maximum of each window of a sequence, x [N, steps, C]. @example maxPool1d(ones([1, 8, 3]), 2).shape; // [1, 4, 3] */
export const maxPool1d: PoolFunction<MaxPoolOptions, 1, 'maxPool1d'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
) => fromPool('maxPool1d', 1, x, poolSize, options) as never;

/**
 * The maximum of each window of an image. Padding is ignored, NaN wins.
 * @param x [N, H, W, C], float32 or float64
 * @param poolSize the window, one size or [height, width]; the strides are the same by default
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * maxPool2d(tensor([5, 8, 7, 2], [1, 2, 2, 1]), 2).toArray(); // [[[[8]]]]
 */
export const maxPool2d: PoolFunction<MaxPoolOptions, 2, 'maxPool2d'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
) => fromPool('maxPool2d', 2, x, poolSize, options) as never;

/** The maximum of each window of a volume, x [N, D, H, W, C]. @example maxPool3d(ones([1, 4, 4, 4, 2]), 2).shape; // [1, 2, 2, 2, 2] */
export const maxPool3d: PoolFunction<MaxPoolOptions, 3, 'maxPool3d'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
) => fromPool('maxPool3d', 3, x, poolSize, options) as never;

/** `maxPool1d` with the places of the maxima. @example maxPool1dWithIndices(ones([1, 4, 1]), 2).indices.toArray(); // [[[0], [2]]] */
export const maxPool1dWithIndices: PoolWithIndicesFunction<1, 'maxPool1dWithIndices'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
) => withIndices('maxPool1dWithIndices', 1, x, poolSize, options) as never;

/** `maxPool2d` with the places of the maxima. @example maxPool2dWithIndices(ones([1, 2, 2, 1]), 2).indices.toArray(); // [[[[0]]]] */
export const maxPool2dWithIndices: PoolWithIndicesFunction<2, 'maxPool2dWithIndices'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
) => withIndices('maxPool2dWithIndices', 2, x, poolSize, options) as never;

/** `maxPool3d` with the places of the maxima. @example maxPool3dWithIndices(ones([1, 2, 2, 2, 1]), 2).indices.shape; // [1, 1, 1, 1, 1] */
export const maxPool3dWithIndices: PoolWithIndicesFunction<3, 'maxPool3dWithIndices'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
) => withIndices('maxPool3dWithIndices', 3, x, poolSize, options) as never;

/** The mean of each window of a sequence, x [N, steps, C]. @example avgPool1d(ones([1, 8, 3]), 2).shape; // [1, 4, 3] */
export const avgPool1d: PoolFunction<AvgPoolOptions, 1, 'avgPool1d'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: AvgPoolOptions,
) => avgPool('avgPool1d', 1, x, poolSize, options) as never;

/**
 * The mean of each window of an image, over the elements inside it; with `countIncludePad` over those and the padding.
 * @param x [N, H, W, C], float32 or float64
 * @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT
 *
 * @example
 * avgPool2d(tensor([1, 2, 3, 6], [1, 2, 2, 1]), 2).toArray(); // [[[[3]]]]
 */
export const avgPool2d: PoolFunction<AvgPoolOptions, 2, 'avgPool2d'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: AvgPoolOptions,
) => avgPool('avgPool2d', 2, x, poolSize, options) as never;

/** The mean of each window of a volume, x [N, D, H, W, C]. @example avgPool3d(ones([1, 4, 4, 4, 2]), 2).shape; // [1, 2, 2, 2, 2] */
export const avgPool3d: PoolFunction<AvgPoolOptions, 3, 'avgPool3d'> = (
  x: Tensor,
  poolSize: PerAxis,
  options?: AvgPoolOptions,
) => avgPool('avgPool3d', 3, x, poolSize, options) as never;

/** The mean over the steps of a sequence. @example globalAvgPool1d(ones([2, 8, 3])).shape; // [2, 3] */
export const globalAvgPool1d: GlobalPoolFunction<1, 'globalAvgPool1d'> = (
  x: Tensor,
  options?: GlobalPoolOptions,
) => globalPool('globalAvgPool1d', 'mean', 1, x, options) as never;

/** The mean over height and width. @example globalAvgPool2d(ones([2, 7, 7, 512])).shape; // [2, 512] */
export const globalAvgPool2d: GlobalPoolFunction<2, 'globalAvgPool2d'> = (
  x: Tensor,
  options?: GlobalPoolOptions,
) => globalPool('globalAvgPool2d', 'mean', 2, x, options) as never;

/** The mean over depth, height and width. @example globalAvgPool3d(ones([2, 4, 4, 4, 3]), { keepDims: true }).shape; // [2, 1, 1, 1, 3] */
export const globalAvgPool3d: GlobalPoolFunction<3, 'globalAvgPool3d'> = (
  x: Tensor,
  options?: GlobalPoolOptions,
) => globalPool('globalAvgPool3d', 'mean', 3, x, options) as never;

/** The maximum over the steps of a sequence. @example globalMaxPool1d(ones([2, 8, 3])).shape; // [2, 3] */
export const globalMaxPool1d: GlobalPoolFunction<1, 'globalMaxPool1d'> = (
  x: Tensor,
  options?: GlobalPoolOptions,
) => globalPool('globalMaxPool1d', 'max', 1, x, options) as never;

/** The maximum over height and width. @example globalMaxPool2d(ones([2, 7, 7, 512])).shape; // [2, 512] */
export const globalMaxPool2d: GlobalPoolFunction<2, 'globalMaxPool2d'> = (
  x: Tensor,
  options?: GlobalPoolOptions,
) => globalPool('globalMaxPool2d', 'max', 2, x, options) as never;

/** The maximum over depth, height and width. @example globalMaxPool3d(ones([2, 4, 4, 4, 3])).shape; // [2, 3] */
export const globalMaxPool3d: GlobalPoolFunction<3, 'globalMaxPool3d'> = (
  x: Tensor,
  options?: GlobalPoolOptions,
) => globalPool('globalMaxPool3d', 'max', 3, x, options) as never;

function fromPool(
  name: string,
  rank: number,
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
): Tensor {
  const { op, given } = openOptions(name, options, MAX_OPTIONS);
  return pool(op, rank, x, poolSize, { ...given, mode: 'max' })[0] as Tensor;
}

function withIndices(
  name: string,
  rank: number,
  x: Tensor,
  poolSize: PerAxis,
  options?: MaxPoolOptions,
): PoolWithIndices {
  const { op, given } = openOptions(name, options, MAX_OPTIONS);
  const [output, indices] = pool(op, rank, x, poolSize, { ...given, mode: 'max', indices: true });
  return { output: output as Tensor, indices: indices as PoolWithIndices['indices'] };
}

function avgPool(name: string, rank: number, x: Tensor, poolSize: PerAxis, options?: AvgPoolOptions): Tensor {
  const { op, given } = openOptions(name, options, AVG_OPTIONS);
  return pool(op, rank, x, poolSize, { ...given, mode: 'avg' })[0] as Tensor;
}

interface PoolNode extends AvgPoolOptions {
  readonly mode: 'max' | 'avg';
  readonly indices?: boolean;
}

function pool(op: string, spatialRank: number, x: Tensor, poolSize: PerAxis, options: PoolNode): Tensor[] {
  needFloat(op, 'x', needTensor(op, 'x', x));
  const geometry = poolGeometry(op, x.shape, poolSize, { ...options, spatialRank });
  const same = options.padding === 'same' || options.padding === 'sameLower';
  const attrs: Attrs = {
    mode: options.mode,
    window: geometry.window,
    strides: geometry.strides,
    dilations: geometry.dilations,
    padBegin: attrSizes(geometry.padBegin),
    padEnd: attrSizes(geometry.padEnd),
    countIncludePad: boolean(op, 'countIncludePad', options.countIncludePad ?? false) && !same,
  };
  const shape = [geometry.batch, ...geometry.outSpatial, geometry.channels];
  return poolOutputs(
    'pool',
    toChannelsLast(x, geometry.dataFormat),
    attrs,
    shape,
    options.indices ?? false,
  ).map((output) => fromChannelsLast(output, geometry.dataFormat));
}

/** A node with one output, or with a second one of indices. */
export function poolOutputs(op: string, x: Tensor, attrs: Attrs, shape: Shape, indices: boolean): Tensor[] {
  const outputs: { shape: Shape; dtype: DType }[] = [{ shape, dtype: x.dtype }];
  if (indices) outputs.push({ shape, dtype: 'int32' });
  return emit({ op, inputs: [x], attrs, outputs });
}

function globalPool(
  name: string,
  fn: 'mean' | 'max',
  spatialRank: number,
  x: Tensor,
  options?: GlobalPoolOptions,
): Tensor {
  const { op, given } = openOptions(name, options, GLOBAL_OPTIONS);
  needFloat(op, 'x', needTensor(op, 'x', x));
  const { axes, keepDims, outShape } = globalPoolGeometry(op, x.shape, { ...given, spatialRank });
  const attrs = { fn, axes, keepDims };
  return emitOne({ op: 'reduce', inputs: [x], attrs, outputs: [{ shape: outShape, dtype: x.dtype }] });
}
