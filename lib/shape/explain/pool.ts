import { oneOf, toTuple } from '../../check.js';
import type { Dims } from '../dims.js';
import {
  adaptivePoolGeometry,
  type GlobalPoolShapeOptions,
  globalPoolGeometry,
  type PoolShapeOptions,
  poolGeometry,
} from '../pool.js';
import type { AxisRule } from '../receptive.js';
import { type DataFormat, type PerAxis, splitInput } from '../spatial.js';
import { onText, spatialRankOf, windowAxes } from './conv.js';
import { Explanation } from './explanation.js';
import { seesAt } from './sees.js';
import {
  type AxisMeaning,
  axisWords,
  batchAxis,
  count,
  inFormat,
  productOf,
  productText,
  same,
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

interface AnyPoolSpec {
  /** The whole shape, the batch in front; `null` for sizes that are not known. */
  readonly inputShape: Dims;
  /** The place of an element along the spatial axes of the output: `sees` then says what it reads. */
  readonly at?: readonly number[];
}

/** Max or average pooling. */
export interface PoolSpec extends PoolShapeOptions, AnyPoolSpec {
  readonly op: 'maxPool1d' | 'maxPool2d' | 'maxPool3d' | 'avgPool1d' | 'avgPool2d' | 'avgPool3d';
  /** The window: one size for all spatial axes, or one per axis. Default 2. */
  readonly poolSize?: PerAxis;
}

/** Pooling over all spatial axes. */
export interface GlobalPoolSpec extends GlobalPoolShapeOptions, AnyPoolSpec {
  readonly op:
    | 'globalMaxPool1d'
    | 'globalMaxPool2d'
    | 'globalMaxPool3d'
    | 'globalAvgPool1d'
    | 'globalAvgPool2d'
    | 'globalAvgPool3d';
}

/** Pooling to a given size. */
export interface AdaptivePoolSpec extends AnyPoolSpec {
  readonly op:
    | 'adaptiveMaxPool1d'
    | 'adaptiveMaxPool2d'
    | 'adaptiveMaxPool3d'
    | 'adaptiveAvgPool1d'
    | 'adaptiveAvgPool2d'
    | 'adaptiveAvgPool3d';
  /** The sizes of the output: one for all spatial axes, or one per axis; `null` keeps the input's. */
  readonly outputSize: number | null | readonly (number | null)[];
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** What a pooling makes of its window. */
const resultOf = (op: string): string => (/avg/i.test(op) ? 'mean' : 'maximum');

const channelsAxis = (size: number): AxisMeaning => ({
  size,
  meaning: 'channels: as many as the input has, each pooled by itself',
});

/**
 * Explains max and average pooling.
 * @throws as `poolGeometry`
 *
 * @example
 * explainPool({ op: 'maxPool2d', inputShape: [null, 28, 28, 6] }).shape; // [null, 14, 14, 6]
 */
export function explainPool(spec: PoolSpec, label: string = spec.op): Explanation {
  const spatialRank = spatialRankOf(spec.op);
  const window = toTuple(label, 'poolSize', spec.poolSize ?? 2, spatialRank);
  const geometry = poolGeometry(label, spec.inputShape, window, { ...spec, spatialRank });
  const windows: Windows = {
    ...geometry,
    words: axisWords(spatialRank),
    kernel: window,
    padding: spec.padding ?? 'valid',
    ceilMode: spec.ceilMode ?? false,
    noun: 'window',
  };
  const rules = windowAxisRules(windows);
  const numbers = productOf(window) as number;
  const padded =
    geometry.padBegin.some((zeros) => zeros !== 0) || geometry.padEnd.some((zeros) => zeros !== 0);
  const tiles = window.every(
    (size, axis) => size === geometry.strides[axis] && geometry.dilations[axis] === 1,
  );
  const kept = tiles ? `: 1 in ${count(numbers)} is left` : '';
  return new Explanation({
    title: `${label}: the ${resultOf(spec.op)} of windows of ${windowText(window)}, stride ${same(geometry.strides)}${windowTitle(windows, geometry.strides)}, ${onText(spec.inputShape)}`,
    inputShape: spec.inputShape,
    shape: geometry.outShape,
    axes: windowAxes(geometry, channelsAxis(geometry.channels)),
    formulas: windowFormulas(windows),
    rules: windowRules(windows),
    receptiveField: fieldsOf(rules),
    sees: seesAt({ ...geometry, op: label, at: spec.at, rules, words: windows.words }),
    notes: [
      `No weights: an output is the ${resultOf(spec.op)} of the ${count(numbers)} numbers under its window, per channel${kept}.`,
      ...(padded ? ['Padding never counts: a window takes what lies inside the input.'] : []),
      ...windowNotes(windows),
    ],
  });
}

/**
 * Explains a global pooling.
 * @throws as `globalPoolGeometry`
 *
 * @example
 * explainGlobalPool({ op: 'globalAvgPool2d', inputShape: [null, 7, 7, 512] }).shape; // [null, 512]
 */
export function explainGlobalPool(spec: GlobalPoolSpec, label: string = spec.op): Explanation {
  const spatialRank = spatialRankOf(spec.op);
  const { outShape, keepDims } = globalPoolGeometry(label, spec.inputShape, { ...spec, spatialRank });
  const input = splitInput(label, spec.inputShape, spatialRank, spec.dataFormat);
  const words = axisWords(spatialRank);
  const numbers = productOf(input.spatial);
  const known = numbers !== null;
  const rules = known
    ? input.spatial.map((size): AxisRule => ({ kind: 'whole', input: size as number }))
    : undefined;
  const ones = words.map(
    ({ noun }): AxisMeaning => ({ size: 1, meaning: `kept with size 1: all ${noun}s together` }),
  );
  const axes = keepDims
    ? inFormat(input.dataFormat, batchAxis(input.batch), ones, channelsAxis(input.channels))
    : [batchAxis(input.batch), channelsAxis(input.channels)];
  const outSpatial = input.spatial.map(() => 1);
  return new Explanation({
    title: `${label}: the ${resultOf(spec.op)} of each channel, ${onText(spec.inputShape)}`,
    inputShape: spec.inputShape,
    shape: outShape,
    axes,
    receptiveField: fieldsOf(rules),
    sees: seesAt({
      ...input,
      op: label,
      at: spec.at,
      inSpatial: input.spatial,
      outSpatial,
      rules,
      words,
    }),
    notes: [
      `No weights: each output is the ${resultOf(spec.op)} of a whole map, ` +
        `${productText(input.spatial)}${known ? ` = ${count(numbers)}` : ''} numbers.`,
      ...(keepDims ? [] : ['The spatial axes go; keepDims keeps them with size 1.']),
    ],
  });
}

/**
 * Explains an adaptive pooling.
 * @throws as `adaptivePoolGeometry`
 *
 * @example
 * explainAdaptivePool({ op: 'adaptiveAvgPool2d', inputShape: [1, 13, 13, 256], outputSize: 6 }).shape; // [1, 6, 6, 256]
 */
export function explainAdaptivePool(spec: AdaptivePoolSpec, label: string = spec.op): Explanation {
  const spatialRank = spatialRankOf(spec.op);
  oneOf(label, 'dataFormat', spec.dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst']);
  const geometry = adaptivePoolGeometry(label, spec.inputShape, spec.outputSize, { ...spec, spatialRank });
  const { inSpatial, outSpatial } = geometry;
  const words = axisWords(spatialRank);
  const known = inSpatial.every((size) => size !== null);
  const rules = known
    ? inSpatial.map(
        (input, axis): AxisRule => ({
          kind: 'adaptive',
          input: input as number,
          output: outSpatial[axis] as number,
        }),
      )
    : undefined;
  return new Explanation({
    title: `${label}: the ${resultOf(spec.op)} of windows that make ${timesText(outSpatial)}, ${onText(spec.inputShape)}`,
    inputShape: spec.inputShape,
    shape: geometry.outShape,
    axes: windowAxes(geometry, channelsAxis(geometry.channels)),
    formulas: outSpatial.map((size, axis) => `${words[axis]?.out} = ${size ?? words[axis]?.input}`),
    rules: [
      'size = outputSize, as asked for',
      'window i takes input floor(i*input/size) to ceil((i+1)*input/size) - 1: all of the input, and as even as it goes',
    ],
    receptiveField: fieldsOf(rules),
    sees: seesAt({ ...geometry, op: label, at: spec.at, rules, words }),
    notes: [
      `No weights: each output is the ${resultOf(spec.op)} of its window, in one channel.`,
      ...widths(geometry),
    ],
  });
}

function widths({
  inSpatial,
  outSpatial,
}: {
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
}): readonly string[] {
  const even = inSpatial.map((input, axis) => {
    const output = outSpatial[axis] as number | null;
    return input !== null && output !== null && input % output === 0 ? input / output : null;
  });
  if (even.includes(null)) return [];
  return [`The sizes divide: it is a pooling with windows of ${timesText(even)} and the same stride.`];
}
