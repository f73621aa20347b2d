import { boolean, integer, toTuple } from '../../check.js';
import { type ConvGeometry, type ConvShapeOptions, convGeometry, depthwiseGeometry } from '../conv.js';
import type { Dims } from '../dims.js';
import { separableGeometry } from '../separable.js';
import { type Padding, type PerAxis, splitInput } from '../spatial.js';
import { type Counted, Explanation } from './explanation.js';
import { Sees } from './sees.js';
import {
  type AxisMeaning,
  axisWords,
  batchAxis,
  count,
  inFormat,
  plural,
  productOf,
  productText,
  timesText,
} from './text.js';
import {
  fieldsOf,
  type Windows,
  windowAxisRules,
  windowFormulas,
  windowNotes,
  windowRules,
  windowText,
  windowTitle,
} from './windows.js';

/** What convolutions have in common. */
interface AnyConvSpec extends Omit<ConvShapeOptions, 'groups'> {
  /** The whole shape, the batch in front; `null` for sizes that are not known. */
  readonly inputShape: Dims;
  /** The window: one size for all spatial axes, or one per axis. */
  readonly kernelSize: PerAxis;
  /** Whether a bias per filter is counted. Default true. */
  readonly useBias?: boolean;
  /** The place of an element along the spatial axes of the output: `sees` then says what it reads. */
  readonly at?: readonly number[];
}

/** A convolution: `filters` windows over all channels of their group. */
export interface ConvSpec extends AnyConvSpec {
  readonly op: 'conv1d' | 'conv2d' | 'conv3d';
  /** The number of output channels. */
  readonly filters: number;
  /** Default 1. */
  readonly groups?: number;
}

/** A depthwise convolution: every channel has filters of its own. */
export interface DepthwiseSpec extends AnyConvSpec {
  readonly op: 'depthwiseConv1d' | 'depthwiseConv2d';
  /** Filters per channel. Default 1. */
  readonly depthMultiplier?: number;
}

/** A depthwise convolution, then one with a window of 1 that mixes the channels. */
export interface SeparableSpec extends AnyConvSpec {
  readonly op: 'separableConv1d' | 'separableConv2d';
  /** The number of output channels. */
  readonly filters: number;
  /** Filters per channel of the depthwise step. Default 1. */
  readonly depthMultiplier?: number;
}

/** The spatial rank that an op's name says. @example spatialRankOf('conv2d'); // 2 */
export const spatialRankOf = (op: string): number => Number(/(\d)d/i.exec(op)?.[1]);

/** How many channels an input has. */
export const channelsOf = (
  label: string,
  spec: { readonly inputShape: Dims; readonly dataFormat?: unknown },
  rank: number,
) => splitInput(label, spec.inputShape, rank, spec.dataFormat).channels;

/** `96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944`. */
export function weightsText(heads: readonly string[], each: readonly number[], useBias: boolean): Counted {
  const outer = heads.reduce((product, head) => product * Number.parseInt(head.replaceAll(',', ''), 10), 1);
  const inner = each.reduce((product, size) => product * size, 1);
  const total = outer * (inner + (useBias ? 1 : 0));
  const weights = `${productText(each)} weight${inner === 1 ? '' : 's'}`;
  return {
    count: total,
    text: `${heads.join(' x ')} x (${weights}${useBias ? ' + 1 bias' : ''}) = ${count(total)}`,
  };
}

/** `55 x 55 x 96 outputs x (11 x 11 x 3) = 105,415,200`, or nothing while a size is not known. */
export function productsText(places: Dims, noun: string, each: readonly number[]): Counted | undefined {
  const outer = productOf(places);
  if (outer === null) return undefined;
  const total = each.reduce((product, size) => product * size, outer);
  const factor = each.length === 1 ? productText(each) : `(${productText(each)})`;
  return { count: total, text: `${productText(places)} ${noun} x ${factor} = ${count(total)}` };
}

/** The meaning of the axes of a result with windows. */
export function windowAxes(
  geometry: Pick<ConvGeometry, 'batch' | 'outSpatial' | 'dataFormat'>,
  channels: AxisMeaning,
) {
  const words = axisWords(geometry.outSpatial.length);
  const spatial = geometry.outSpatial.map((size, axis): AxisMeaning => {
    const { out, noun, direction } = words[axis] as (typeof words)[number];
    const name = out === 'steps' ? 'steps' : `${out}, ${noun}s`;
    return { size, meaning: `${name}: the places of the window ${direction}` };
  });
  return inFormat(geometry.dataFormat, batchAxis(geometry.batch), spatial, channels);
}

/** The windows of a geometry. */
export const windowsOf = (geometry: ConvGeometry, padding: Padding): Windows => ({
  ...geometry,
  words: axisWords(geometry.spatialRank),
  padding,
  ceilMode: false,
  noun: 'kernel',
});

/** What an element of the output sees, when it was asked for. */
export function seesOf(label: string, at: unknown, geometry: ConvGeometry) {
  if (at === undefined) return undefined;
  const windows = windowsOf(geometry, 'valid');
  return new Sees({
    op: label,
    at,
    batch: geometry.batch,
    inSpatial: geometry.inSpatial,
    outSpatial: geometry.outSpatial,
    channels: geometry.inChannels,
    channelsRead: geometry.inChannels / geometry.groups,
    dataFormat: geometry.dataFormat,
    rules: windowAxisRules(windows) ?? [],
    words: windows.words,
  });
}

/** The input of a title: the sizes of a sample. */
export const onText = (inputShape: Dims): string => `on ${timesText(inputShape.slice(1))}`;

function parts(label: string, spec: AnyConvSpec, geometry: ConvGeometry) {
  const padding = spec.padding ?? 'valid';
  const windows = windowsOf(geometry, padding);
  return {
    inputShape: spec.inputShape,
    formulas: windowFormulas(windows),
    rules: windowRules(windows),
    receptiveField: fieldsOf(windowAxisRules(windows)),
    sees: seesOf(label, spec.at, geometry),
    windows,
    suffix: `${windowTitle(
      windows,
      geometry.kernel.map(() => 1),
    )}, ${onText(spec.inputShape)}`,
    notes: [...causalNotes(spec, geometry), ...windowNotes(windows)],
  };
}

function causalNotes(
  { padding }: AnyConvSpec,
  { padBegin, kernel, dilations }: ConvGeometry,
): readonly string[] {
  if (padding !== 'causal') return [];
  const [begin, size, dilation] = [padBegin[0] as number, kernel[0] as number, dilations[0] as number];
  return [
    `Causal: ${plural(begin, 'zero')} before the first step and none after the last, so step t sees the ${size} steps ` +
      `t-${(size - 1) * dilation} to t${dilation > 1 ? `, every ${dilation} of them` : ''} and nothing later.`,
  ];
}

/**
 * Explains a convolution.
 * @throws as `convGeometry`
 *
 * @example
 * explainConv({ op: 'conv1d', inputShape: [null, 10, 32], filters: 64, kernelSize: 3, padding: 'same' }).shape; // [null, 10, 64]
 */
export function explainConv(spec: ConvSpec, label: string = spec.op): Explanation {
  const rank = spatialRankOf(spec.op);
  const channels = channelsOf(label, spec, rank);
  const kernel = toTuple(label, 'kernelSize', spec.kernelSize, rank);
  const groups = integer(label, 'groups', spec.groups ?? 1);
  const filters = integer(label, 'filters', spec.filters);
  const useBias = boolean(label, 'useBias', spec.useBias ?? true);
  const each = [...kernel, Math.max(Math.floor(channels / groups), 1)];
  const geometry = convGeometry(label, spec.inputShape, [...each, filters], spec);
  const { windows: _, suffix, notes, ...rest } = parts(label, spec, geometry);
  return new Explanation({
    ...rest,
    title: `${label}: ${plural(filters, 'filter')} of ${windowText(kernel)}${groups > 1 ? ` in ${groups} groups` : ''}${suffix}`,
    shape: geometry.outShape,
    axes: windowAxes(geometry, { size: filters, meaning: channelsMeaning(filters) }),
    parameters: weightsText([plural(filters, 'filter')], each, useBias),
    multiplyAdds: productsText([...geometry.outSpatial, filters], 'outputs', each),
    notes: [filterNote(each, channels, groups, filters), ...notes],
  });
}

const channelsMeaning = (filters: number): string =>
  filters === 1
    ? 'channels: the one map that the one filter makes'
    : 'channels: one map for each filter, whatever the input has';

function filterNote(each: readonly number[], channels: number, groups: number, filters: number): string {
  const size = timesText(each);
  const seen = channels / groups;
  const what =
    groups === 1
      ? channels === 1
        ? 'the one channel'
        : `all ${count(channels)} channels`
      : `${plural(seen, 'channel')} of ${count(channels)}, those of its group,`;
  return `A filter reads ${what} under its window: it is ${size}, and there ${filters === 1 ? 'is 1' : `are ${count(filters)}`}.`;
}

/**
 * Explains a depthwise convolution.
 * @throws as `depthwiseGeometry`
 *
 * @example
 * explainDepthwise({ op: 'depthwiseConv2d', inputShape: [null, 8, 8, 3], kernelSize: 3 }).parameters.count; // 30
 */
export function explainDepthwise(spec: DepthwiseSpec, label: string = spec.op): Explanation {
  const rank = spatialRankOf(spec.op);
  const channels = channelsOf(label, spec, rank);
  const kernel = toTuple(label, 'kernelSize', spec.kernelSize, rank);
  const multiplier = integer(label, 'depthMultiplier', spec.depthMultiplier ?? 1);
  const useBias = boolean(label, 'useBias', spec.useBias ?? true);
  const geometry = depthwiseGeometry(label, spec.inputShape, [...kernel, channels, multiplier], spec);
  const { windows: _, suffix, notes, ...rest } = parts(label, spec, geometry);
  const each = multiplier === 1 ? '1 filter' : plural(multiplier, 'filter');
  return new Explanation({
    ...rest,
    title: `${label}: ${each} of ${windowText(kernel)} per channel${suffix}`,
    shape: geometry.outShape,
    axes: windowAxes(geometry, {
      size: geometry.outChannels,
      meaning: `channels: ${plural(channels, 'channel')} x ${each} each = ${count(geometry.outChannels)}`,
    }),
    parameters: weightsText([plural(channels, 'channel'), each], kernel, useBias),
    multiplyAdds: productsText([...geometry.outSpatial, geometry.outChannels], 'outputs', kernel),
    notes: [`A filter reads one channel under its window: it is ${windowText(kernel)}.`, ...notes],
  });
}

/**
 * Explains a separable convolution.
 * @throws as `separableGeometry`
 *
 * @example
 * const spec = { op: 'separableConv2d', inputShape: [null, 8, 8, 3], filters: 8, kernelSize: 3 };
 * explainSeparable(spec).parameters.text; // "3 x 1 x (3 x 3 weights) + 8 filters x (3 weights + 1 bias) = 59"
 */
export function explainSeparable(spec: SeparableSpec, label: string = spec.op): Explanation {
  const rank = spatialRankOf(spec.op);
  const channels = channelsOf(label, spec, rank);
  const kernel = toTuple(label, 'kernelSize', spec.kernelSize, rank);
  const multiplier = integer(label, 'depthMultiplier', spec.depthMultiplier ?? 1);
  const filters = integer(label, 'filters', spec.filters);
  const useBias = boolean(label, 'useBias', spec.useBias ?? true);
  const between = channels * multiplier;
  const { depthwise, outShape } = separableGeometry(
    label,
    spec.inputShape,
    [...kernel, channels, multiplier],
    [...kernel.map(() => 1), between, filters],
    spec,
  );
  const { windows: _, suffix, notes, ...rest } = parts(label, spec, depthwise);
  const first = weightsText([String(channels), String(multiplier)], kernel, false);
  const second = weightsText([plural(filters, 'filter')], [between], useBias);
  const total = first.count + second.count;
  return new Explanation({
    ...rest,
    title: `${label}: depthwise ${windowText(kernel)}, then ${plural(filters, 'filter')} of 1${suffix}`,
    shape: outShape,
    axes: windowAxes(depthwise, {
      size: filters,
      meaning: 'channels: one map for each filter of the second step',
    }),
    parameters: {
      count: total,
      text: `${withoutResult(first)} + ${withoutResult(second)} = ${count(total)}`,
    },
    multiplyAdds: separableProducts(depthwise.outSpatial, { between, kernel, filters }),
    notes: [
      `First every channel is convolved by itself, ${channels} to ${between} channels; then ${count(filters)} filters with a ` +
        `window of 1 mix the ${between} channels.`,
      ...notes,
    ],
  });
}

const withoutResult = ({ text }: Counted): string => text.slice(0, text.lastIndexOf(' = '));

function separableProducts(
  outSpatial: Dims,
  of: { readonly between: number; readonly kernel: readonly number[]; readonly filters: number },
): Counted | undefined {
  const places = productOf(outSpatial);
  if (places === null) return undefined;
  const { between, kernel, filters } = of;
  const total = places * (between * (productOf(kernel) as number) + filters * between);
  const each = `${between} x ${productText(kernel)} + ${filters} x ${between}`;
  return { count: total, text: `${productText(outSpatial)} places x (${each}) = ${count(total)}` };
}
