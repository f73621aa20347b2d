import { integer } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { Dims } from './dims.js';
import { checkDims, type DataFormat, joinOutput, type Padding, type PerAxis, splitInput } from './spatial.js';
import { windowGeometry, windowOptions } from './window.js';

export type { DataFormat, Padding, PerAxis } from './spatial.js';

/** The options of a convolution that its shape depends on. */
export interface ConvShapeOptions {
  /** Steps of the window, at least 1. Default 1. */
  readonly strides?: PerAxis;
  /** Default `valid`. */
  readonly padding?: Padding;
  /** Distance between the taps of the kernel, at least 1. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Channels are split into this many groups that do not see each other. Default 1. */
  readonly groups?: number;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Everything about a convolution but its numbers: computed once, passed whole. */
export interface ConvGeometry {
  readonly spatialRank: number;
  readonly batch: number | null;
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** `null` where `same` padding depends on a size that is not known yet. */
  readonly padBegin: Dims;
  readonly padEnd: Dims;
  readonly groups: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly dataFormat: DataFormat;
  /** The output's shape in the order of `dataFormat`. */
  readonly outShape: Dims;
}

const MAX_SPATIAL = 3;

/** Checks the shape of a kernel, [...window, a, b], and returns its spatial rank. */
export function kernelRank(op: string, kernelShape: Dims): number {
  if (!Array.isArray(kernelShape))
    throw argumentError(op, 'the kernel shape must be an array', { kernel: kernelShape });
  const rank = kernelShape.length - 2;
  if (rank < 1 || rank > MAX_SPATIAL) {
    throw shapeError(op, `the kernel must have 1 to ${MAX_SPATIAL} spatial axes and two of channels`, {
      kernel: kernelShape,
    });
  }
  checkDims(op, 'kernel', kernelShape);
  for (const dim of kernelShape) {
    if (dim === null) throw shapeError(op, 'the sizes of the kernel must be known', { kernel: kernelShape });
    if (dim === 0) throw shapeError(op, 'the kernel is empty', { kernel: kernelShape });
  }
  return rank;
}

/**
 * The geometry of a convolution (cross-correlation, as every framework computes it).
 * @param op name in messages: the function, or a layer such as `Conv2D "conv1"`
 * @param inputShape [N, ...spatial, C] or [N, C, ...spatial]; `null` for sizes that are not known
 * @param kernelShape [...window, C / groups, filters]
 * @throws ERR_SHAPE, ERR_ARGUMENT
 *
 * @example
 * convGeometry('conv2d', [null, 28, 28, 1], [5, 5, 1, 6], { padding: 'same' }).outShape; // [null, 28, 28, 6]
 */
export function convGeometry(
  op: string,
  inputShape: Dims,
  kernelShape: Dims,
  options: ConvShapeOptions = {},
): ConvGeometry {
  const spatialRank = kernelRank(op, kernelShape);
  const input = splitInput(op, inputShape, spatialRank, options.dataFormat);
  const groups = integer(op, 'groups', options.groups ?? 1);
  const perGroup = kernelShape[spatialRank] as number;
  const filters = kernelShape[spatialRank + 1] as number;
  checkChannels(op, inputShape, kernelShape, input.channels, groups);
  if (filters % groups !== 0) {
    throw shapeError(op, `${filters} filters do not divide into ${groups} groups`, {
      kernel: kernelShape,
      groups,
    });
  }
  if (perGroup * groups !== input.channels) {
    const each = groups === 1 ? '' : ` in each of ${groups} groups`;
    throw shapeError(
      op,
      `the input has ${input.channels / groups} channels${each} but the kernel reads ${perGroup}`,
      {
        input: inputShape,
        kernel: kernelShape,
        ...(groups === 1 ? {} : { groups }),
        dataFormat: input.dataFormat,
      },
      'The kernel is [...window, channels / groups, filters]',
    );
  }
  const window = kernelShape.slice(0, spatialRank) as readonly number[];
  const resolved = windowOptions(op, input, window, options, { windowName: 'kernelSize', defaultStrides: 1 });
  const { padBegin, padEnd, outSpatial } = windowGeometry(op, inputShape, input.spatial, resolved);
  return {
    spatialRank,
    batch: input.batch,
    inSpatial: input.spatial,
    outSpatial,
    kernel: window,
    strides: resolved.strides,
    dilations: resolved.dilations,
    padBegin,
    padEnd,
    groups,
    inChannels: input.channels,
    outChannels: filters,
    dataFormat: input.dataFormat,
    outShape: joinOutput(op, input.batch, outSpatial, filters, input.dataFormat),
  };
}

function checkChannels(op: string, input: Dims, kernel: Dims, channels: number, groups: number): void {
  if (channels % groups !== 0) {
    throw shapeError(op, `${channels} channels do not divide into ${groups} groups`, {
      input,
      kernel,
      groups,
    });
  }
}

/**
 * The geometry of a depthwise convolution: every channel has its own `multiplier` filters, output channel c * multiplier + m.
 * @param kernelShape [...window, C, multiplier]
 *
 * @example
 * depthwiseGeometry('depthwiseConv2d', [1, 8, 8, 3], [3, 3, 3, 2]).outShape; // [1, 6, 6, 6]
 */
export function depthwiseGeometry(
  op: string,
  inputShape: Dims,
  kernelShape: Dims,
  options: Omit<ConvShapeOptions, 'groups'> = {},
): ConvGeometry {
  const spatialRank = kernelRank(op, kernelShape);
  const { channels, dataFormat } = splitInput(op, inputShape, spatialRank, options.dataFormat);
  const kernelChannels = kernelShape[spatialRank] as number;
  if (kernelChannels !== channels) {
    throw shapeError(
      op,
      `the input has ${channels} channels but the kernel reads ${kernelChannels}`,
      { input: inputShape, kernel: kernelShape, dataFormat },
      'The kernel is [...window, channels, multiplier]',
    );
  }
  const grouped = groupedKernel(kernelShape);
  checkDims(op, 'kernel', grouped);
  return convGeometry(op, inputShape, grouped, { ...options, groups: channels });
}

/** [...window, C, multiplier] as the kernel of a convolution in C groups, [...window, 1, C * multiplier]: the same bytes. */
export function groupedKernel(depthwiseShape: Dims): readonly number[] {
  const shape = depthwiseShape as readonly number[];
  const channels = shape[shape.length - 2] as number;
  return [...shape.slice(0, -2), 1, channels * (shape[shape.length - 1] as number)];
}

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
    );
  }
  const pointwise = convGeometry(op, depthwise.outShape, pointwiseShape, {
    dataFormat: depthwise.dataFormat,
  });
  return { depthwise, pointwise, outShape: pointwise.outShape };
}
