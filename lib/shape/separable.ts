import { shapeError } from '../errors.js';
import type { AllNatural, IsNatural } from './arithmetic.js';
import {
  type AnyKernel,
  type ConvGeometry,
  type ConvShapeOptions,
  convGeometry,
  type DepthwiseLayerShape,
  type DepthwiseShape,
  depthwiseGeometry,
  kernelRank,
  type Natural,
  type SplitKernel,
} from './conv.js';
import type { Dims } from './dims.js';
import { misfitChannels } from './explain/misfit.js';
import type { IsOpen, Option, ShapeError, Show } from './typed.js';

/** A depthwise convolution and the pointwise one after it. */
export interface SeparableGeometry {
  readonly depthwise: ConvGeometry;
  readonly pointwise: ConvGeometry;
  readonly outShape: Dims;
}

/**
 * The geometry of a separable convolution.
 * @param depthwiseShape [...window, C, multiplier]
 * @param pointwiseShape [...1, C * multiplier, filters]
 *
 * @example
 * separableGeometry('separableConv2d', [1, 8, 8, 3], [3, 3, 3, 1], [1, 1, 3, 8]).outShape; // [1, 6, 6, 8]
 */
export function separableGeometry(
  op: string,
  inputShape: Dims,
  depthwiseShape: Dims,
  pointwiseShape: Dims,
  options: Omit<ConvShapeOptions, 'groups'> = {},
): SeparableGeometry {
  const depthwise = depthwiseGeometry(op, inputShape, depthwiseShape, options);
  const rank = kernelRank(op, pointwiseShape);
  if (rank !== depthwise.spatialRank || pointwiseShape.slice(0, rank).some((size) => size !== 1)) {
    throw shapeError(op, 'the pointwise kernel must have a window of 1 along every spatial axis', {
      depthwiseKernel: depthwiseShape,
      pointwiseKernel: pointwiseShape,
    });
  }
  if (pointwiseShape[rank] !== depthwise.outChannels) {
    throw shapeError(
      op,
      `the depthwise step gives ${depthwise.outChannels} channels but the pointwise kernel reads ${pointwiseShape[rank]}`,
      { input: inputShape, depthwiseKernel: depthwiseShape, pointwiseKernel: pointwiseShape },
      undefined,
      () =>
        misfitChannels({
          input: depthwise.outShape,
          kernel: pointwiseShape,
          dataFormat: depthwise.dataFormat,
          axis: rank,
          wanted: depthwise.outChannels,
          groups: 1,
        }),
    );
  }
  const pointwise = convGeometry(op, depthwise.outShape, pointwiseShape, {
    dataFormat: depthwise.dataFormat,
  });
  return { depthwise, pointwise, outShape: pointwise.outShape };
}

/** The shape of a separable convolution with kernels of shapes `D`, [...window, C, multiplier], and `P`, [...1, C * multiplier, filters]. */
export type SeparableShape<S, D, P, O, Rank extends number, Op extends string> =
  DepthwiseShape<S, D, O, Rank, Op> extends infer Middle
    ? Middle extends ShapeError
      ? Middle
      : SplitKernel<P, Rank, Op> extends infer Kernel
        ? Kernel extends AnyKernel
          ? Pointwise<Middle, Kernel, O, SeparableText<S, D, P, Op>>
          : Kernel
        : never
    : never;
interface SeparableText<S, D, P, Op extends string> {
  readonly op: Op;
  readonly input: S;
  readonly kernels: `depthwiseKernel=${Show<D>}, pointwiseKernel=${Show<P>}`;
}

/** The shape of a separable layer: the depthwise step's, with `filters` channels. */
export type SeparableLayerShape<S, O, Rank extends number, Op extends string> =
  DepthwiseLayerShape<S, O, Rank, Op> extends infer Middle
    ? WithChannels<Middle, Natural<Option<O, 'filters', number>>, Option<O, 'dataFormat', 'channelsLast'>>
    : never;

type Pointwise<
  Middle,
  K extends AnyKernel,
  O,
  Text extends SeparableText<unknown, unknown, unknown, string>,
> =
  AllOnes<K['window']> extends false
    ? ShapeError<`${Text['op']}: the pointwise kernel must have a window of 1 along every spatial axis. Received ${Text['kernels']}`>
    : ChannelsOf<Middle, Option<O, 'dataFormat', 'channelsLast'>> extends infer Channels
      ? AllNatural<[Channels, K['perGroup']]> extends true
        ? Channels extends K['perGroup']
          ? WithChannels<Middle, Natural<K['filters']>, Option<O, 'dataFormat', 'channelsLast'>>
          : ShapeError<`${Text['op']}: the depthwise step gives ${Channels & number} channels but the pointwise kernel reads ${K['perGroup'] &
              number}. Received input=${Show<Text['input']>}, ${Text['kernels']}`>
        : WithChannels<Middle, Natural<K['filters']>, Option<O, 'dataFormat', 'channelsLast'>>
      : never;

type AllOnes<T extends readonly unknown[]> = T extends readonly [infer Head, ...infer Tail]
  ? IsNatural<Head> extends true
    ? Head extends 1
      ? AllOnes<Tail>
      : false
    : AllOnes<Tail>
  : true;

type ChannelsOf<S, Format> = Format extends 'channelsFirst'
  ? S extends readonly [unknown, infer C, ...unknown[]]
    ? C
    : number
  : S extends readonly [...unknown[], infer C]
    ? C
    : number;

/** A shape with other channels; what is no tuple stays as it is. */
export type WithChannels<S, Channels, Format> =
  IsOpen<S> extends true
    ? S
    : Format extends 'channelsFirst'
      ? S extends readonly [infer Batch, unknown, ...infer Spatial]
        ? [Batch, Channels, ...Spatial]
        : S
      : S extends readonly [...infer Rest, unknown]
        ? [...Rest, Channels]
        : S;
