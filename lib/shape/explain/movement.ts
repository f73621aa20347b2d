import { integer } from '../../check.js';
import { argumentError, shapeError } from '../../errors.js';
import type { Dims } from '../dims.js';
import { padGeometry } from '../pad.js';
import { type AxisRule, padRule, upSampleRule } from '../receptive.js';
import { type DataFormat, joinOutput, splitInput } from '../spatial.js';
import { onText } from './conv.js';
import { Explanation } from './explanation.js';
import { seesAt } from './sees.js';
import {
  type AxisMeaning,
  type AxisWords,
  axisWords,
  batchAxis,
  inFormat,
  shapeText,
  timesText,
} from './text.js';
import { fieldsOf } from './windows.js';

interface SpatialSpec {
  /** The whole shape, the batch in front; `null` for sizes that are not known. */
  readonly inputShape: Dims;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** The place of an element along the spatial axes of the output: `sees` then says what it reads. */
  readonly at?: readonly number[];
}

/** Zeros around the spatial axes, or elements cut from them. */
export interface EdgeSpec extends SpatialSpec {
  readonly op: 'zeroPadding' | 'cropping';
  /** [begin, end] per spatial axis. */
  readonly widths: readonly (readonly [number, number])[];
}

/** Every element repeated along the spatial axes. */
export interface UpSamplingSpec extends SpatialSpec {
  readonly op: 'upSampling';
  /** How many times larger each spatial axis becomes. */
  readonly size: readonly number[];
  /** How the new values are made. Default `nearest`: each element is repeated. */
  readonly interpolation?: string;
}

/** The axes in another order. */
export interface PermuteSpec {
  readonly op: 'permute';
  /** The whole shape. */
  readonly inputShape: Dims;
  /** For every axis of the output, the axis of the input that it is; the batch is axis 0. */
  readonly perm: readonly number[];
}

/** One axis that an op of this file resizes. */
interface Resized {
  readonly words: AxisWords;
  readonly size: number | null;
  readonly out: number | null;
  readonly arithmetic: string;
  readonly rule: AxisRule | undefined;
}

interface Described {
  readonly title: string;
  readonly rules: readonly string[];
  readonly notes: readonly string[];
}

function spatial(
  spec: SpatialSpec,
  label: string,
  resized: readonly Resized[],
  described: Described,
): Explanation {
  const input = splitInput(label, spec.inputShape, resized.length, spec.dataFormat);
  const outSpatial = resized.map(({ out }) => out);
  const words = resized.map((axis) => axis.words);
  const known = resized.every(({ rule }) => rule !== undefined);
  const rules = known ? resized.map(({ rule }) => rule as AxisRule) : undefined;
  const meanings = resized.map(({ words: { out, noun }, out: size }): AxisMeaning => {
    return { size, meaning: out === 'steps' ? 'steps' : `${out}, ${noun}s` };
  });
  if (spec.at !== undefined && rules === undefined) {
    throw argumentError(label, 'at is known for interpolation="nearest" only', { at: spec.at });
  }
  return new Explanation({
    title: `${described.title}, ${onText(spec.inputShape)}`,
    inputShape: spec.inputShape,
    shape: joinOutput(label, input.batch, outSpatial, input.channels, input.dataFormat),
    axes: inFormat(input.dataFormat, batchAxis(input.batch), meanings, {
      size: input.channels,
      meaning: 'channels: those of the input',
    }),
    formulas: resized.map(
      ({ words: { out }, arithmetic, out: size }) =>
        `${out} = ${arithmetic}${size === null ? '' : ` = ${size}`}`,
    ),
    rules: described.rules,
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
    notes: described.notes,
  });
}

/**
 * Explains zero padding and cropping.
 * @throws ERR_SHAPE for an input of another rank, or a cropping that leaves nothing
 *
 * @example
 * explainEdges({ op: 'zeroPadding', inputShape: [null, 10, 4], widths: [[2, 0]] }).formulas; // ["steps = 2 + 10 + 0 = 12"]
 */
export function explainEdges(spec: EdgeSpec, label: string = spec.op): Explanation {
  const { widths } = spec;
  const input = splitInput(label, spec.inputShape, widths.length, spec.dataFormat);
  const grows = spec.op === 'zeroPadding';
  if (grows) padGeometry(label, input.spatial, widths);
  const words = axisWords(widths.length);
  const resized = widths.map(([begin, end], axis): Resized => {
    const size = input.spatial[axis] as number | null;
    if (!grows && size !== null && begin + end >= size) {
      throw shapeError(
        label,
        `the cropping takes all ${size} elements of axis ${axis + (input.dataFormat === 'channelsLast' ? 1 : 2)}`,
        { input: spec.inputShape, cropping: widths },
        `Crop at most ${size - 1}`,
      );
    }
    const shown = size ?? words[axis]?.input;
    return {
      words: words[axis] as AxisWords,
      size,
      out: size === null ? null : grows ? begin + size + end : size - begin - end,
      arithmetic: grows ? `${begin} + ${shown} + ${end}` : `${shown} - ${begin} - ${end}`,
      rule: padRule(grows ? begin : -begin),
    };
  });
  const text = shapeText(widths.flat());
  return spatial(spec, label, resized, {
    title: `${label}: ${grows ? 'zeros' : 'cut'} ${widths.length === 1 ? text : JSON.stringify(widths).replaceAll(',', ', ')}`,
    rules: [grows ? 'size = before + input + after' : 'size = input - before - after'],
    notes: [grows ? 'No weights: the new elements are zeros.' : 'No weights: the edges are left out.'],
  });
}

/**
 * Explains an upsampling.
 * @throws ERR_SHAPE for an input of another rank
 *
 * @example
 * explainUpSampling({ op: 'upSampling', inputShape: [null, 8, 8, 3], size: [2, 3] }).shape; // [null, 16, 24, 3]
 */
export function explainUpSampling(spec: UpSamplingSpec, label: string = spec.op): Explanation {
  const { size: factors, interpolation = 'nearest' } = spec;
  const input = splitInput(label, spec.inputShape, factors.length, spec.dataFormat);
  const words = axisWords(factors.length);
  const resized = factors.map((factor, axis): Resized => {
    integer(label, 'size', factor);
    const size = input.spatial[axis] as number | null;
    return {
      words: words[axis] as AxisWords,
      size,
      out: size === null ? null : size * factor,
      arithmetic: `${size ?? words[axis]?.input}*${factor}`,
      rule: interpolation === 'nearest' ? upSampleRule(factor) : undefined,
    };
  });
  return spatial(spec, label, resized, {
    title: `${label}: ${timesText(factors)} times larger`,
    rules: ['size = input*factor'],
    notes: [
      interpolation === 'nearest'
        ? 'No weights: every element is repeated.'
        : `No weights: new elements are interpolated (${interpolation}).`,
    ],
  });
}

/**
 * Explains a change of the order of axes.
 *
 * @example
 * explainPermute({ op: 'permute', inputShape: [null, 2, 3], perm: [0, 2, 1] }).shape; // [null, 3, 2]
 */
export function explainPermute(spec: PermuteSpec, label: string = spec.op): Explanation {
  const { inputShape, perm } = spec;
  const shape = perm.map((axis) => inputShape[axis] as number | null);
  return new Explanation({
    title: `${label}: ${shapeText(inputShape)}, axes in the order ${shapeText(perm)}`,
    inputShape,
    shape,
    axes: shape.map((size, axis): AxisMeaning => ({ size, meaning: `axis ${perm[axis]} of the input` })),
    notes: ['The elements move: unlike a reshape, their order in memory changes.'],
  });
}
