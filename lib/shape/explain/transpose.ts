import { boolean, integer, toTuple } from '../../check.js';
import {
  type ConvTransposeGeometry,
  type ConvTransposeShapeOptions,
  convTransposeGeometry,
} from '../conv-transpose.js';
import type { Dims } from '../dims.js';
import type { AxisRule } from '../receptive.js';
import type { PerAxis } from '../spatial.js';
import { channelsOf, onText, productsText, spatialRankOf, weightsText, windowAxes } from './conv.js';
import { Explanation } from './explanation.js';
import { seesAt } from './sees.js';
import { type AxisWords, axisWords, plural, same, timesText } from './text.js';
import { fieldsOf, paddingText, windowText } from './windows.js';

/** A transposed convolution, the way back of a convolution's shape. */
export interface ConvTransposeSpec extends ConvTransposeShapeOptions {
  readonly op: 'conv1dTranspose' | 'conv2dTranspose' | 'conv3dTranspose';
  /** The whole shape, the batch in front; `null` for sizes that are not known. */
  readonly inputShape: Dims;
  /** The number of output channels. */
  readonly filters: number;
  /** The window: one size for all spatial axes, or one per axis. */
  readonly kernelSize: PerAxis;
  /** Whether a bias per filter is counted. Default true. */
  readonly useBias?: boolean;
  /** The place of an element along the spatial axes of the output: `sees` then says what it reads. */
  readonly at?: readonly number[];
}

/**
 * Explains a transposed convolution.
 * @throws as `convTransposeGeometry`
 *
 * @example
 * const spec = { op: 'conv2dTranspose', inputShape: [null, 7, 7, 8], filters: 4, kernelSize: 3, strides: 2, padding: 'same' };
 * explainTranspose(spec).formulas[0]; // "oH = 7*2 = 14"
 */
export function explainTranspose(spec: ConvTransposeSpec, label: string = spec.op): Explanation {
  const rank = spatialRankOf(spec.op);
  const channels = channelsOf(label, spec, rank);
  const kernel = toTuple(label, 'kernelSize', spec.kernelSize, rank);
  const filters = integer(label, 'filters', spec.filters);
  const groups = integer(label, 'groups', spec.groups ?? 1);
  const useBias = boolean(label, 'useBias', spec.useBias ?? true);
  const perGroup = Math.max(Math.floor(filters / groups), 1);
  const geometry = convTransposeGeometry(label, spec.inputShape, [...kernel, perGroup, channels], spec);
  const words = axisWords(rank);
  const rules = kernel.map((size, axis): AxisRule => {
    return {
      kind: 'transposed',
      size,
      stride: geometry.strides[axis] as number,
      dilation: geometry.dilations[axis] as number,
      padding: geometry.padBegin[axis] as number,
    };
  });
  const padding = spec.padding ?? 'valid';
  const head = `${label}: ${plural(filters, 'filter')} of ${windowText(kernel)}${groups > 1 ? ` in ${groups} groups` : ''}`;
  const options = `, stride ${same(geometry.strides)}${padding === 'valid' ? '' : `, padding ${paddingText(padding)}`}`;
  const each = [...kernel, channels / groups];
  return new Explanation({
    title: `${head}${options}, ${onText(spec.inputShape)}`,
    inputShape: spec.inputShape,
    shape: geometry.outShape,
    axes: windowAxes(geometry, {
      size: geometry.outChannels,
      meaning: 'channels: one map for each filter',
    }).map((axis) => ({
      ...axis,
      meaning: axis.meaning.replace('the places of the window', 'where the windows of all inputs land,'),
    })),
    formulas: kernel.map((_, axis) => formula(spec, geometry, axis, words[axis] as AxisWords)),
    rules: [ruleText(spec), `with ${legend(geometry)}`],
    parameters: weightsText([plural(filters, 'filter')], each, useBias),
    multiplyAdds: productsText([...geometry.inSpatial, channels], 'inputs', [...kernel, perGroup]),
    receptiveField: fieldsOf(rules),
    sees: seesAt({
      ...geometry,
      op: label,
      at: spec.at,
      channels,
      channelsRead: channels / groups,
      rules,
      words,
    }),
    notes: [
      `Each input number writes a ${timesText([...kernel, perGroup])} block, ${same(geometry.strides)} apart from its ` +
        "neighbour's; where blocks overlap they are summed. A convolution with these options goes the other way.",
    ],
  });
}

function legend({ inSpatial, dilations, kernel, strides }: ConvTransposeGeometry): string {
  const input = inSpatial.every((size) => size !== null) ? `input ${same(inSpatial)}, ` : '';
  return `${input}dilation ${same(dilations)}, kernel ${same(kernel)}, stride ${same(strides)}`;
}

function ruleText({ padding = 'valid', outputPadding, outputSize }: ConvTransposeSpec): string {
  if (outputSize != null) return 'size = outputSize: that of a convolution which this one takes back';
  const extra = outputPadding == null ? '' : ' + outputPadding';
  if (padding === 'valid') {
    const rest = outputPadding == null ? ' + max(stride - k, 0)' : extra;
    return `size = (input-1)*stride + k${rest}, with k = dilation*(kernel-1) + 1`;
  }
  if (padding === 'same' || padding === 'sameLower') {
    return outputPadding == null
      ? `size = input*stride with padding "${padding}"`
      : `size = (input-1)*stride + k % 2${extra} with padding "${padding}" and k = dilation*(kernel-1) + 1`;
  }
  return `size = (input-1)*stride + k - before - after${extra}, with k = dilation*(kernel-1) + 1`;
}

function formula(
  spec: ConvTransposeSpec,
  geometry: ConvTransposeGeometry,
  axis: number,
  words: AxisWords,
): string {
  const out = geometry.outSpatial[axis] as number | null;
  const arithmetic = arithmeticOf(spec, geometry, axis, words);
  const same = arithmetic === String(out);
  return `${words.out} = ${arithmetic}${out === null || same ? '' : ` = ${out}`}`;
}

function arithmeticOf(
  spec: ConvTransposeSpec,
  geometry: ConvTransposeGeometry,
  axis: number,
  words: AxisWords,
): string {
  const { padding = 'valid', outputPadding, outputSize } = spec;
  const size = geometry.inSpatial[axis] ?? words.input;
  const stride = geometry.strides[axis] as number;
  const [kernel, dilation] = [geometry.kernel[axis] as number, geometry.dilations[axis] as number];
  const reach = `${dilation}*(${kernel}-1) + 1`;
  const given = (value: PerAxis) => (typeof value === 'number' ? value : (value[axis] ?? value[0])) as number;
  const extra = outputPadding == null ? '' : ` + ${given(outputPadding)}`;
  if (outputSize != null) return String(given(outputSize));
  if (padding === 'valid') {
    const rest = outputPadding == null ? ` + max(${stride} - (${reach}), 0)` : extra;
    return `(${size}-1)*${stride} + ${reach}${rest}`;
  }
  if (padding === 'same' || padding === 'sameLower') {
    return outputPadding == null ? `${size}*${stride}` : `(${size}-1)*${stride} + (${reach}) % 2${extra}`;
  }
  const [begin, end] = pairOf(padding, axis);
  return `(${size}-1)*${stride} + ${reach} - ${begin} - ${end}${extra}`;
}

function pairOf(padding: unknown, axis: number): readonly [number, number] {
  const entry = Array.isArray(padding) ? padding[axis] : padding;
  return toTuple('padding', 'padding', entry, 2, 0) as readonly [number, number];
}
