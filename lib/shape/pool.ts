import { boolean, integer, toTuple } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { IsLess, IsNatural } from './arithmetic.js';
import type { Dims } from './dims.js';
import { misfitPadding } from './explain/misfit.js';
import {
  type DataFormat,
  type InputOf,
  type JoinOutput,
  joinOutput,
  type Padding,
  type PerAxis,
  type SplitInput,
  splitInput,
} from './spatial.js';
import type { Option, PerAxisOf, Repeat, ShapeError, Show, Unknown } from './typed.js';
import {
  type EffectiveSize,
  effectiveSize,
  type PaddingAt,
  type TooWideMessage,
  type WindowOf,
  type WindowSizes,
  type WindowSpec,
  windowGeometry,
  windowOptions,
} from './window.js';

/** The options of a pooling that its shape depends on. */
export interface PoolShapeOptions {
  /** Steps of the window, at least 1. Default: the window. */
  readonly strides?: PerAxis | null;
  /** Default `valid`. Maxima ignore padding. */
  readonly padding?: Padding;
  /** Distance between the elements of a window, at least 1. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Round the number of windows up instead of down; one that would start behind the input is dropped. Default false. */
  readonly ceilMode?: boolean;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Everything about a pooling but its numbers. */
export interface PoolGeometry {
  readonly spatialRank: number;
  readonly batch: number | null;
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padBegin: Dims;
  readonly padEnd: Dims;
  readonly channels: number;
  readonly dataFormat: DataFormat;
  readonly outShape: Dims;
}

/**
 * The geometry of max and average pooling.
 * @param poolSize the window: one size, or one per spatial axis
 * @throws ERR_SHAPE, ERR_ARGUMENT
 *
 * @example
 * poolGeometry('maxPool2d', [null, 28, 28, 6], 2, { spatialRank: 2 }).outShape; // [null, 14, 14, 6]
 */
export function poolGeometry(
  op: string,
  inputShape: Dims,
  poolSize: PerAxis,
  options: PoolShapeOptions & { readonly spatialRank: number },
): PoolGeometry {
  const { spatialRank } = options;
  const input = splitInput(op, inputShape, spatialRank, options.dataFormat);
  const window = toTuple(op, 'poolSize', poolSize, spatialRank);
  const resolved = windowOptions(op, input, window, options, {
    windowName: 'poolSize',
    defaultStrides: window,
  });
  if (resolved.padding === 'causal')
    throw argumentError(op, 'a pooling has no causal padding', { padding: 'causal' });
  const { padBegin, padEnd, outSpatial } = windowGeometry(op, inputShape, input.spatial, resolved);
  window.forEach((size, axis) => {
    const widest = Math.max(padBegin[axis] ?? 0, padEnd[axis] ?? 0);
    if (widest >= effectiveSize(op, size, resolved.dilations[axis] as number)) {
      throw shapeError(
        op,
        'the padding is as wide as the window: a window would see nothing but padding',
        {
          input: inputShape,
          poolSize: window,
          padding: resolved.padding,
        },
        undefined,
        () => misfitPadding(window, resolved.dilations, axis, widest),
      );
    }
  });
  return {
    spatialRank,
    batch: input.batch,
    inSpatial: input.spatial,
    outSpatial,
    window,
    strides: resolved.strides,
    dilations: resolved.dilations,
    padBegin,
    padEnd,
    channels: input.channels,
    dataFormat: input.dataFormat,
    outShape: joinOutput(op, input.batch, outSpatial, input.channels, input.dataFormat),
  };
}

/** The options of a global pooling. */
export interface GlobalPoolShapeOptions {
  /** Keep the spatial axes with size 1. Default false. */
  readonly keepDims?: boolean;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** The axes that a global pooling reduces, and the shape it leaves. */
export interface GlobalPoolGeometry {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  readonly outShape: Dims;
}

/**
 * The geometry of global pooling, over all spatial axes.
 *
 * @example
 * globalPoolGeometry('globalAvgPool2d', [null, 7, 7, 512], { spatialRank: 2 }).outShape; // [null, 512]
 */
export function globalPoolGeometry(
  op: string,
  inputShape: Dims,
  options: GlobalPoolShapeOptions & { readonly spatialRank: number },
): GlobalPoolGeometry {
  const { spatialRank } = options;
  const { batch, channels, dataFormat } = splitInput(op, inputShape, spatialRank, options.dataFormat);
  const keepDims = boolean(op, 'keepDims', options.keepDims ?? false);
  const first = dataFormat === 'channelsLast' ? 1 : 2;
  const axes = Array.from({ length: spatialRank }, (_, axis) => first + axis);
  const outShape = keepDims
    ? joinOutput(
        op,
        batch,
        axes.map(() => 1),
        channels,
        dataFormat,
      )
    : [batch, channels];
  return { axes, keepDims, outShape };
}

/** Everything about an adaptive pooling but its numbers: window i is [floor(i * in / out), ceil((i + 1) * in / out)). */
export interface AdaptivePoolGeometry {
  readonly spatialRank: number;
  readonly batch: number | null;
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
  readonly channels: number;
  readonly dataFormat: DataFormat;
  readonly outShape: Dims;
}

/**
 * The geometry of adaptive pooling (PyTorch's).
 * @param outputSize one size, or one per spatial axis; `null` keeps the input's
 *
 * @example
 * adaptivePoolGeometry('adaptiveAvgPool2d', [1, 13, 13, 256], 6, { spatialRank: 2 }).outShape; // [1, 6, 6, 256]
 */
export function adaptivePoolGeometry(
  op: string,
  inputShape: Dims,
  outputSize: number | null | readonly (number | null)[],
  options: { readonly dataFormat?: DataFormat; readonly spatialRank: number },
): AdaptivePoolGeometry {
  const { spatialRank } = options;
  const input = splitInput(op, inputShape, spatialRank, options.dataFormat);
  const sizes = Array.isArray(outputSize)
    ? outputSize
    : new Array<number | null>(spatialRank).fill(outputSize as null);
  if (sizes.length !== spatialRank) {
    throw argumentError(op, `outputSize must be one size or ${spatialRank} sizes`, { outputSize });
  }
  const outSpatial = sizes.map((size, axis) =>
    size === null ? (input.spatial[axis] as number | null) : integer(op, 'outputSize', size),
  );
  return {
    spatialRank,
    batch: input.batch,
    inSpatial: input.spatial,
    outSpatial,
    channels: input.channels,
    dataFormat: input.dataFormat,
    outShape: joinOutput(op, input.batch, outSpatial, input.channels, input.dataFormat),
  };
}

type AnyInput = InputOf<unknown, readonly unknown[], unknown, unknown>;
type Split<S, O, Rank extends number, Op extends string> = SplitInput<
  S,
  Rank,
  Option<O, 'dataFormat', 'channelsLast'>,
  Op
>;

/** `poolGeometry` in types: `Size` is the window, `O` the options. */
export type PoolShape<S, Size, O, Rank extends number, Op extends string> =
  Split<S, O, Rank, Op> extends infer I
    ? I extends AnyInput
      ? Pooled<S, I, WindowOf<PerAxisOf<Size, Rank>, O, PerAxisOf<Size, Rank>>, Op>
      : I
    : never;

type Pooled<S, I extends AnyInput, W extends WindowSpec, Op extends string> = [W['padding']] extends [
  'causal',
]
  ? JoinOutput<I['batch'], NotKnown<I['spatial']>, I['channels'], I['dataFormat']>
  : WindowSizes<I['spatial'], W> extends infer Sizes
    ? Sizes extends readonly unknown[]
      ? AllPadding<W> extends true
        ? ShapeError<`${Op}: ${AllPaddingRule}. Received input=${Show<S>}, poolSize=${Show<W['window']>}`>
        : JoinOutput<I['batch'], Sizes, I['channels'], I['dataFormat']>
      : ShapeError<TooWideMessage<S, 'poolSize', W['window'], Op>>
    : never;

/** Sizes after something that is refused in words of its own. */
type NotKnown<S extends readonly unknown[]> = { -readonly [K in keyof S]: Unknown<S[K]> };

type AllPaddingRule = 'the padding is as wide as the window: a window would see nothing but padding';

/** Whether explicit padding is as wide as a window along some axis. */
type AllPadding<
  W extends WindowSpec,
  Axes extends readonly unknown[] = W['window'],
  Done extends readonly unknown[] = [],
> = Axes extends readonly [unknown, ...infer Rest]
  ? PaddingAt<W['padding'], Done['length']> extends readonly [
      infer Begin extends number,
      infer End extends number,
    ]
    ? EffectiveSize<W['window'][Done['length']], W['dilations'][Done['length']]> extends infer Size extends
        number
      ? IsNatural<Size> extends true
        ? [IsLess<Begin, Size>, IsLess<End, Size>] extends [true, true]
          ? AllPadding<W, Rest, [...Done, unknown]>
          : true
        : AllPadding<W, Rest, [...Done, unknown]>
      : never
    : AllPadding<W, Rest, [...Done, unknown]>
  : false;

/** The shape of a pooling layer with options `O`: `poolSize` (2) and those of `PoolShapeOptions`. */
export type PoolLayerShape<S, O, Rank extends number, Op extends string> = PoolShape<
  S,
  Option<O, 'poolSize', 2>,
  O,
  Rank,
  Op
>;

/** `globalPoolGeometry` in types. */
export type GlobalPoolShape<S, O, Rank extends number, Op extends string> =
  Split<S, O, Rank, Op> extends infer I
    ? I extends AnyInput
      ? Option<O, 'keepDims', false> extends infer Keep
        ? [Keep] extends [false]
          ? [I['batch'], I['channels']]
          : [Keep] extends [true]
            ? JoinOutput<I['batch'], Repeat<1, Rank>, I['channels'], I['dataFormat']>
            : Dims
        : never
      : I
    : never;

/** `adaptivePoolGeometry` in types. */
export type AdaptivePoolShape<S, Size, O, Rank extends number, Op extends string> =
  Split<S, O, Rank, Op> extends infer I
    ? I extends AnyInput
      ? JoinOutput<I['batch'], AdaptiveSizes<I['spatial'], Size>, I['channels'], I['dataFormat']>
      : I
    : never;

type AdaptiveSizes<
  Spatial extends readonly unknown[],
  Size,
  Done extends readonly unknown[] = [],
> = Spatial extends readonly [infer Head, ...infer Rest]
  ? AdaptiveSizes<
      Rest,
      Size,
      [...Done, AdaptiveSize<Head, Size extends readonly unknown[] ? Size[Done['length']] : Size>]
    >
  : Done;
type AdaptiveSize<Given, Size> = [Size] extends [null]
  ? Given
  : IsNatural<Size> extends true
    ? Size
    : null extends Size
      ? number | null
      : number;
