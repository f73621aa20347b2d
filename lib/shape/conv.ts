import { integer } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { AllNatural, Divides, FloorDiv, IsNatural } from './arithmetic.js';
import type { Dims } from './dims.js';
import { misfitChannels, misfitGroups } from './explain/misfit.js';
import {
  checkDims,
  type DataFormat,
  type InputOf,
  type JoinOutput,
  joinOutput,
  type Padding,
  type PerAxis,
  type Plus2,
  type SplitInput,
  splitInput,
} from './spatial.js';
import type { Includes, IsOpen, Option, PerAxisOf, ShapeError, Show, Times } from './typed.js';
import {
  type TooWideMessage,
  type WindowOf,
  type WindowSizes,
  windowGeometry,
  windowOptions,
} from './window.js';

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
    throw shapeError(
      op,
      `${filters} filters do not divide into ${groups} groups`,
      { input: inputShape, kernel: kernelShape, groups },
      undefined,
      () => misfitGroups(filters, 'filters', groups, input.channels),
    );
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
      () =>
        misfitChannels({
          input: inputShape,
          kernel: kernelShape,
          dataFormat: input.dataFormat,
          axis: spatialRank,
          wanted: input.channels / groups,
          groups,
        }),
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
    throw shapeError(
      op,
      `${channels} channels do not divide into ${groups} groups`,
      {
        input,
        kernel,
        groups,
      },
      undefined,
      () => misfitGroups(channels, 'channels', groups, kernel.at(-1) as number),
    );
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
      () =>
        misfitChannels({
          input: inputShape,
          kernel: kernelShape,
          dataFormat,
          axis: spatialRank,
          wanted: channels,
          groups: 1,
        }),
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

/** A kernel in types. `shown` is how messages show it, '' where it is no tensor. */
export interface KernelOf<Window extends readonly unknown[], PerGroup, Filters, Shown extends string = ''> {
  readonly window: Window;
  readonly perGroup: PerGroup;
  readonly filters: Filters;
  readonly shown: Shown;
}
export type AnyKernel = KernelOf<readonly unknown[], unknown, unknown, string>;
type AnyInput = InputOf<unknown, readonly unknown[], unknown, unknown>;

/** The check of a kernel's rank (`null`: any) in types: the kernel in its parts, an error, or `Dims`, not known. */
export type SplitKernel<K, Rank extends number | null, Op extends string> =
  IsOpen<K> extends true
    ? Dims
    : K extends readonly unknown[]
      ? [K['length']] extends [Rank extends number ? Plus2[Rank & keyof Plus2] : 3 | 4 | 5]
        ? K extends readonly [...infer Window, infer PerGroup, infer Filters]
          ? Includes<K, 0> extends true
            ? ShapeError<`${Op}: the kernel is empty. Received kernel=${Show<K>}`>
            : KernelOf<Window, PerGroup, Filters, `, kernel=${Show<K>}`>
          : never
        : ShapeError<`${Op}: ${RankRule<Rank, K['length']>}. Received kernel=${Show<K>}`>
      : Dims;
type RankRule<Rank, Given> = Rank extends number
  ? `the kernel must have rank ${Plus2[Rank & keyof Plus2] & number}, not ${Given & number}`
  : `the kernel must have 1 to ${typeof MAX_SPATIAL} spatial axes and two of channels`;

/** The shape of a convolution of `S` with a kernel of shape `K`, options `O`; `Rank` is the one of the function, or `null`. */
export type ConvShape<S, K, O, Rank extends number | null, Op extends string> =
  SplitKernel<K, Rank, Op> extends infer Kernel
    ? Kernel extends AnyKernel
      ? ConvWith<S, Kernel, O, Op>
      : Kernel
    : never;

/** The shape of a convolution layer with options `O`: `filters`, `kernelSize` and those of `ConvShapeOptions`. */
export type ConvLayerShape<S, O, Rank extends number, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : LayerFilterFault<O> extends infer Fault extends string
      ? ShapeError<`${Op}: ${Fault}`>
      : ConvWith<S, KernelOf<KernelSizes<O, Rank>, number, Option<O, 'filters', number>>, O, Op>;

/** What is wrong with the filters of a convolution layer with options `O`, as its constructor says it, or `null`. */
export type LayerFilterFault<O> =
  AllNatural<[Option<O, 'filters', number>, Option<O, 'groups', 1>]> extends true
    ? FilterFault<Option<O, 'filters', number>, Option<O, 'groups', 1> & number> extends infer Fault extends
        string
      ? `${Fault}. Received filters=${Option<O, 'filters', number> & number}, groups=${Option<
          O,
          'groups',
          1
        > &
          number}`
      : null
    : null;
type KernelSizes<O, Rank extends number> = PerAxisOf<Option<O, 'kernelSize', number>, Rank>;

type ConvWith<S, K extends AnyKernel, O, Op extends string> =
  SplitInput<S, K['window']['length'], Option<O, 'dataFormat', 'channelsLast'>, Op> extends infer I
    ? I extends AnyInput
      ? ChannelFault<I['channels'], K, Option<O, 'groups', 1>> extends infer Fault extends string
        ? ShapeError<`${Op}: ${Fault}. Received input=${Show<S>}${K['shown']}`>
        : Windowed<S, I, K, Natural<K['filters']>, O, Op>
      : I
    : never;

/** The output of a kernel's window over `I` with this many output channels. */
type Windowed<S, I extends AnyInput, K extends AnyKernel, Channels, O, Op extends string> =
  CausalFault<Option<O, 'padding', 'valid'>, I, K> extends infer Fault extends string
    ? ShapeError<`${Op}: ${Fault}. Received padding="causal"`>
    : WindowSizes<I['spatial'], WindowOf<K['window'], O>> extends infer Sizes
      ? Sizes extends readonly unknown[]
        ? JoinOutput<I['batch'], Sizes, Channels, I['dataFormat']>
        : ShapeError<TooWideMessage<S, 'kernelSize', K['window'], Op>>
      : never;

/** What is wrong with causal padding, in the words of the function or (where the kernel is no tensor) of the layer, or `null`. */
type CausalFault<Padding, I extends AnyInput, K extends AnyKernel> = [Padding] extends ['causal']
  ? [K['window']['length'], I['dataFormat']] extends [1, 'channelsLast']
    ? null
    : K['shown'] extends ''
      ? 'causal padding needs a 1D convolution with channels last'
      : 'causal padding needs one spatial axis and channels last'
  : null;

export type Natural<N> = IsNatural<N> extends true ? N : number;

/** What is wrong with the channels, or `null`. */
type ChannelFault<Channels, K extends AnyKernel, Groups> =
  IsNatural<Groups> extends true
    ? IsNatural<Channels> extends true
      ? Divides<Groups & number, Channels & number> extends false
        ? `${Channels & number} channels do not divide into ${Groups & number} groups`
        : FilterFault<K['filters'], Groups & number> extends infer Fault extends string
          ? Fault
          : ReadFault<Channels & number, K['perGroup'], Groups & number>
      : FilterFault<K['filters'], Groups & number>
    : null;

type FilterFault<Filters, Groups extends number> =
  IsNatural<Filters> extends true
    ? Divides<Groups, Filters & number> extends false
      ? `${Filters & number} filters do not divide into ${Groups} groups`
      : null
    : null;

type ReadFault<Channels extends number, PerGroup, Groups extends number> =
  IsNatural<PerGroup> extends true
    ? FloorDiv<Channels, Groups> extends PerGroup
      ? null
      : `the input has ${FloorDiv<Channels, Groups>} channels${Groups extends 1
          ? ''
          : ` in each of ${Groups} groups`} but the kernel reads ${PerGroup & number}`
    : null;

/** The shape of a depthwise convolution with a kernel of shape `K`, [...window, C, multiplier]. */
export type DepthwiseShape<S, K, O, Rank extends number | null, Op extends string> =
  SplitKernel<K, Rank, Op> extends infer Kernel
    ? Kernel extends AnyKernel
      ? DepthwiseWith<S, Kernel, O, Op>
      : Kernel
    : never;

/** The shape of a depthwise layer with options `O`: `kernelSize`, `depthMultiplier` (1) and those of `ConvShapeOptions`. */
export type DepthwiseLayerShape<S, O, Rank extends number, Op extends string> = DepthwiseWith<
  S,
  KernelOf<KernelSizes<O, Rank>, number, Option<O, 'depthMultiplier', 1>>,
  O,
  Op
>;

/** `perGroup` of the kernel is its channels, `filters` the multiplier. */
type DepthwiseWith<S, K extends AnyKernel, O, Op extends string> =
  SplitInput<S, K['window']['length'], Option<O, 'dataFormat', 'channelsLast'>, Op> extends infer I
    ? I extends AnyInput
      ? AllNatural<[I['channels'], K['perGroup']]> extends true
        ? I['channels'] extends K['perGroup']
          ? Windowed<S, I, K, Times<I['channels'], Natural<K['filters']>>, O, Op>
          : ShapeError<`${Op}: the input has ${I['channels'] & number} channels but the kernel reads ${K['perGroup'] &
              number}. Received input=${Show<S>}${K['shown']}`>
        : Windowed<S, I, K, Times<Natural<I['channels']>, Natural<K['filters']>>, O, Op>
      : I
    : never;
