import { integer, toTuple } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { AllNatural, Divides, IsLess } from './arithmetic.js';
import {
  type AnyKernel,
  type ConvShapeOptions,
  type KernelOf,
  kernelRank,
  type LayerFilterFault,
  type Natural,
  type SplitKernel,
} from './conv.js';
import type { Dims } from './dims.js';
import { misfitChannels } from './explain/misfit.js';
import type { Differ } from './matmul.js';
import {
  type DataFormat,
  type InputOf,
  type JoinOutput,
  joinOutput,
  type PerAxis,
  type SplitInput,
  splitInput,
} from './spatial.js';
import {
  type AmountAt,
  checkAxis,
  cropAndSize,
  cropForSize,
  type Larger,
  type OutSizes,
  type TransposedAxis,
} from './transposed-axis.js';
import type { IsOpen, Option, PerAxisOf, ShapeError, Show, Times } from './typed.js';
import { effectiveSize, resolvePadding, type WindowOf, type WindowSpec } from './window.js';

/** The options of a transposed convolution that its shape depends on. */
export interface ConvTransposeShapeOptions extends ConvShapeOptions {
  /** Positions added at the end of the output, less than max(stride, dilation). Default: none; Keras's rules for its words of padding. */
  readonly outputPadding?: PerAxis | null;
  /** The spatial sizes of the output, where several give the same input; instead of `outputPadding`. */
  readonly outputSize?: PerAxis | null;
}

/** Everything about a transposed convolution but its numbers. */
export interface ConvTransposeGeometry {
  readonly spatialRank: number;
  readonly batch: number | null;
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Positions cropped from the begin of the full output: output o sums input i times tap k where i*stride + k*dilation - padBegin = o. */
  readonly padBegin: readonly number[];
  readonly groups: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly dataFormat: DataFormat;
  readonly outShape: Dims;
}

/**
 * The geometry of a transposed convolution. Sizes along an axis, k = (kernel - 1) * dilation + 1:
 * - `valid` (Keras): (in - 1) * stride + k + outputPadding, by default max(stride - k, 0);
 * - `same` (Keras): in * stride, or (in - 1) * stride + k % 2 + outputPadding when that is given;
 * - numbers or pairs (PyTorch): (in - 1) * stride + k - begin - end + outputPadding, by default 0;
 * - `outputSize` (tfjs): that size, when a convolution with this padding takes it back to the input's.
 * @param kernelShape [...window, filters / groups, C]
 * @throws ERR_SHAPE, ERR_ARGUMENT
 *
 * @example
 * convTransposeGeometry('conv2dTranspose', [null, 7, 7, 8], [3, 3, 4, 8], { strides: 2, padding: 'same' }).outShape;
 * // [null, 14, 14, 4]
 */
export function convTransposeGeometry(
  op: string,
  inputShape: Dims,
  kernelShape: Dims,
  options: ConvTransposeShapeOptions = {},
): ConvTransposeGeometry {
  const spatialRank = kernelRank(op, kernelShape);
  const input = splitInput(op, inputShape, spatialRank, options.dataFormat);
  const groups = integer(op, 'groups', options.groups ?? 1);
  const kernelChannels = kernelShape[spatialRank + 1] as number;
  if (kernelChannels !== input.channels) {
    throw shapeError(
      op,
      `the input has ${input.channels} channels but the kernel reads ${kernelChannels}`,
      { input: inputShape, kernel: kernelShape, dataFormat: input.dataFormat },
      'The kernel of a transposed convolution is [...window, filters / groups, channels]',
      () =>
        misfitChannels({
          input: inputShape,
          kernel: kernelShape,
          dataFormat: input.dataFormat,
          axis: spatialRank + 1,
          wanted: input.channels,
          groups: 1,
        }),
    );
  }
  if (input.channels % groups !== 0) {
    throw shapeError(op, `${input.channels} channels do not divide into ${groups} groups`, {
      input: inputShape,
      groups,
    });
  }
  const padding = resolvePadding(op, options.padding ?? 'valid', input);
  if (padding === 'causal')
    throw argumentError(op, 'a transposed convolution has no causal padding', { padding });
  const strides = toTuple(op, 'strides', options.strides ?? 1, spatialRank);
  const dilations = toTuple(op, 'dilationRate', options.dilationRate ?? 1, spatialRank);
  const extra = outputPaddingOf(op, options, strides, dilations);
  const sizes =
    options.outputSize == null ? null : toTuple(op, 'outputSize', options.outputSize, spatialRank);
  const kernel = kernelShape.slice(0, spatialRank) as readonly number[];
  const axes = kernel.map((window, axis): { out: number | null; crop: number } => {
    const dilation = dilations[axis] as number;
    const one: TransposedAxis = {
      size: input.spatial[axis] as number | null,
      stride: strides[axis] as number,
      dilation,
      effective: effectiveSize(op, window, dilation),
    };
    const result = sizes
      ? cropForSize(one, padding, axis, sizes[axis] as number)
      : cropAndSize(one, padding, axis, extra?.[axis] ?? null);
    checkAxis(op, one, result, {
      input: inputShape,
      kernelSize: kernel,
      strides,
      padding: options.padding ?? 'valid',
      ...(sizes ? { outputSize: sizes } : {}),
      ...(extra ? { outputPadding: extra } : {}),
    });
    return result;
  });
  const outSpatial = axes.map(({ out }) => out);
  const outChannels = (kernelShape[spatialRank] as number) * groups;
  return {
    spatialRank,
    batch: input.batch,
    inSpatial: input.spatial,
    outSpatial,
    kernel,
    strides,
    dilations,
    padBegin: axes.map(({ crop }) => crop),
    groups,
    inChannels: input.channels,
    outChannels,
    dataFormat: input.dataFormat,
    outShape: joinOutput(op, input.batch, outSpatial, outChannels, input.dataFormat),
  };
}

function outputPaddingOf(
  op: string,
  options: ConvTransposeShapeOptions,
  strides: readonly number[],
  dilations: readonly number[],
): readonly number[] | null {
  if (options.outputPadding == null) return null;
  if (options.outputSize != null) {
    throw argumentError(op, 'outputPadding and outputSize exclude each other', {
      outputPadding: options.outputPadding,
      outputSize: options.outputSize,
    });
  }
  const extra = toTuple(op, 'outputPadding', options.outputPadding, strides.length, 0);
  extra.forEach((amount, axis) => {
    if (amount >= Math.max(strides[axis] as number, dilations[axis] as number)) {
      throw argumentError(op, 'outputPadding must be less than the larger of stride and dilation', {
        outputPadding: extra,
        strides,
        dilationRate: dilations,
      });
    }
  });
  return extra;
}

/** `convTransposeGeometry` in types: the kernel's shape is `K`, [...window, filters / groups, C]; `Rank` is the function's. */
export type ConvTransposeShape<S, K, O, Rank extends number | null, Op extends string> =
  SplitKernel<K, Rank, Op> extends infer Kernel
    ? Kernel extends AnyKernel
      ? TransposedBy<
          S,
          KernelOf<
            Kernel['window'],
            Kernel['filters'],
            Times<Kernel['perGroup'], Option<O, 'groups', 1>>,
            Kernel['shown']
          >,
          O,
          Op,
          'the larger of stride and dilation'
        >
      : Kernel
    : never;

/** The shape of a transposed layer with options `O`: `filters`, `kernelSize` and those of `ConvTransposeShapeOptions`. */
export type ConvTransposeLayerShape<S, O, Rank extends number, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : LayerFilterFault<O> extends infer Fault extends string
      ? ShapeError<`${Op}: ${Fault}`>
      : TransposedBy<
          S,
          KernelOf<
            PerAxisOf<Option<O, 'kernelSize', number>, Rank>,
            number,
            Natural<Option<O, 'filters', number>>
          >,
          O,
          Op,
          'the stride along every axis'
        >;

type AnyInput = InputOf<unknown, readonly unknown[], unknown, unknown>;

/** `perGroup` of the kernel is the channels it reads, `filters` the channels of the output. */
type TransposedBy<S, K extends AnyKernel, O, Op extends string, Limit extends string> =
  SplitInput<S, K['window']['length'], Option<O, 'dataFormat', 'channelsLast'>, Op> extends infer I
    ? I extends AnyInput
      ? TransposeFault<S, I['channels'], K, O, Limit> extends infer Fault extends string
        ? ShapeError<`${Op}: ${Fault}`>
        : OutSizes<I['spatial'], K['window'], O> extends infer R
          ? R extends readonly unknown[]
            ? JoinOutput<I['batch'], R, Natural<K['filters']>, I['dataFormat']>
            : ShapeError<`${Op}: ${R & string}. Received input=${Show<S>}, kernelSize=${Show<K['window']>}`>
          : never
      : I
    : never;

/** What is wrong with the channels or the options, or `null`; `Limit` is what `outputPadding` must be less than, in words. */
type TransposeFault<S, C, K extends AnyKernel, O, Limit extends string> =
  Differ<C, K['perGroup']> extends true
    ? `the input has ${C & number} channels but the kernel reads ${K['perGroup'] & number}. Received input=${Show<S>}${K['shown']}`
    : AllNatural<[C, Option<O, 'groups', 1>]> extends true
      ? Divides<Option<O, 'groups', 1> & number, C & number> extends false
        ? `${C & number} channels do not divide into ${Option<O, 'groups', 1> & number} groups. Received input=${Show<S>}`
        : OptionFault<WindowOf<K['window'], O>, O, Limit>
      : OptionFault<WindowOf<K['window'], O>, O, Limit>;
type OptionFault<W extends WindowSpec, O, Limit extends string> = [W['padding']] extends ['causal']
  ? Limit extends 'the stride along every axis'
    ? 'causal padding needs a 1D convolution with channels last'
    : W['window']['length'] extends 1
      ? Option<O, 'dataFormat', 'channelsLast'> extends 'channelsLast'
        ? 'a transposed convolution has no causal padding'
        : 'causal padding needs one spatial axis and channels last'
      : 'causal padding needs one spatial axis and channels last'
  : [IsGiven<Option<O, 'outputPadding', null>>, IsGiven<Option<O, 'outputSize', null>>] extends [true, true]
    ? 'outputPadding and outputSize exclude each other'
    : TooMuch<W, Option<O, 'outputPadding', null>, Limit> extends true
      ? `outputPadding must be less than ${Limit}`
      : null;

/** Whether `outputPadding` is too large along some axis. */
type TooMuch<
  W extends WindowSpec,
  Extra,
  Limit extends string,
  Left extends readonly unknown[] = W['window'],
  Done extends readonly unknown[] = [],
> = Left extends readonly [unknown, ...infer Rest]
  ? AllNatural<
      [AmountAt<Extra, Done['length']>, W['strides'][Done['length']], W['dilations'][Done['length']]]
    > extends true
    ? IsLess<
        AmountAt<Extra, Done['length']> & number,
        Limit extends 'the stride along every axis'
          ? W['strides'][Done['length']] & number
          : Larger<W['strides'][Done['length']] & number, W['dilations'][Done['length']] & number>
      > extends true
      ? TooMuch<W, Extra, Limit, Rest, [...Done, unknown]>
      : true
    : TooMuch<W, Extra, Limit, Rest, [...Done, unknown]>
  : false;
/** Whether the option surely is a number or a list. */
type IsGiven<V> = [V] extends [number | readonly unknown[]] ? true : false;
