import { integer, toTuple } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import { type ConvShapeOptions, kernelRank } from './conv.js';
import type { Dims } from './dims.js';
import { type DataFormat, joinOutput, type Padding, type PerAxis, splitInput } from './spatial.js';
import { effectiveSize, resolvePadding } from './window.js';

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

/** One spatial axis. */
interface Axis {
  readonly size: number | null;
  readonly stride: number;
  readonly dilation: number;
  readonly effective: number;
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
    const one = {
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

function cropAndSize(axis: Axis, padding: Padding, index: number, extra: number | null) {
  const { size, stride, effective: k } = axis;
  const sized = (ends: number) => (size === null ? null : (size - 1) * stride + ends);
  if (padding === 'valid') return { out: sized(k + (extra ?? Math.max(stride - k, 0))), crop: 0 };
  if (padding === 'same' || padding === 'sameLower') {
    // Keras pads the stride-dilated input by `total` zeros and convolves: with k - 1 zeros in front nothing is cropped.
    const total = extra === null ? stride + k - 2 : k + (k % 2) - 2 + extra;
    const half = padding === 'same' ? Math.ceil(total / 2) : Math.floor(total / 2);
    return { out: sized(total - k + 2), crop: k - 1 - Math.min(half, k - 1) };
  }
  const [begin, end] = (padding as readonly (readonly [number, number])[])[index] as readonly [
    number,
    number,
  ];
  return { out: sized(k - begin - end + (extra ?? 0)), crop: begin };
}

/** The crop is the padding of the convolution that goes the other way, from the output to the input. */
function cropForSize(axis: Axis, padding: Padding, index: number, out: number) {
  const { stride, effective: k } = axis;
  if (padding === 'valid') return { out, crop: 0, back: Math.floor((out - k) / stride) + 1 };
  if (padding === 'same' || padding === 'sameLower') {
    const back = Math.ceil(out / stride);
    const total = Math.max((back - 1) * stride + k - out, 0);
    return { out, crop: padding === 'same' ? Math.floor(total / 2) : Math.ceil(total / 2), back };
  }
  const [begin, end] = (padding as readonly (readonly [number, number])[])[index] as readonly [
    number,
    number,
  ];
  return { out, crop: begin, back: Math.floor((out + begin + end - k) / stride) + 1 };
}

function checkAxis(
  op: string,
  axis: Axis,
  result: { out: number | null; crop: number; back?: number },
  received: Record<string, unknown>,
): void {
  const { out, crop, back } = result;
  if (out !== null && (!Number.isSafeInteger(out) || !Number.isSafeInteger(crop))) {
    throw shapeError(op, 'the output is too large', received);
  }
  if (out !== null && out < 1) {
    throw shapeError(op, `the padding leaves no output: a size of ${out}`, received, 'Use less padding');
  }
  if (back !== undefined && axis.size !== null && back !== axis.size) {
    throw shapeError(
      op,
      `a convolution takes ${out} to ${Math.max(back, 0)}, not to the input's ${axis.size}`,
      received,
    );
  }
}
