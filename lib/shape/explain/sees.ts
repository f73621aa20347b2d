import { argumentError, shapeError } from '../../errors.js';
import type { Dims } from '../dims.js';
import { type AxisRule, clipTo, inputInterval, widthOf } from '../receptive.js';
import type { DataFormat } from '../spatial.js';
import { type AxisWords, count, inFormat, plural, wrap } from './text.js';

/** Bytes from `begin` to `end`, the end not included. */
export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

/** What an element of the output reads along one axis of the input. */
export interface SeenElements {
  /** `row`, `column`, ... */
  readonly noun: string;
  /** The elements inside the input, ascending. */
  readonly elements: readonly number[];
  /** How many of the window's taps lie in the padding. */
  readonly inPadding: number;
}

/** What is needed to say which part of an input an element of the output reads. */
export interface SeesQuestion {
  readonly op: string;
  /** The place of the element along the spatial axes of the output. */
  readonly at: unknown;
  readonly batch: number | null;
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
  readonly channels: number;
  readonly dataFormat: DataFormat;
  readonly rules: readonly AxisRule[];
  readonly words: readonly AxisWords[];
  /** How many of the channels one output channel reads: all of them, those of its group, or its own. Default: its own. */
  readonly channelsRead?: number;
}

/** What the element at `at` sees; nothing where no place was asked for. */
export const seesAt = (question: Omit<SeesQuestion, 'rules'> & Partial<Pick<SeesQuestion, 'rules'>>) =>
  question.at === undefined ? undefined : new Sees({ ...question, rules: question.rules ?? [] });

const FLOAT32 = 4;
const SHOWN = 4;

/** The part of the input that one element of the output reads: elements per axis, and bytes of the first sample. */
export class Sees {
  /** The place of the element along the spatial axes of the output. */
  readonly at: readonly number[];
  readonly axes: readonly SeenElements[];
  /** The channels of the input; `ranges` holds all of them. */
  readonly channels: number;
  /** How many of them one output channel reads. */
  readonly channelsRead: number;
  readonly dataFormat: DataFormat;
  /** Where these elements lie in a float32 tensor of one sample, ascending, neighbours joined. */
  readonly ranges: readonly ByteRange[];
  /** How many bytes that are. */
  readonly bytes: number;

  constructor(question: SeesQuestion) {
    const { dataFormat, channels } = question;
    this.at = placeOf(question);
    const sizes = knownSizes(question);
    this.channels = channels;
    this.channelsRead = question.channelsRead ?? 1;
    this.dataFormat = dataFormat;
    this.axes = this.at.map((place, axis) => seenAlong(question, axis, place));
    const all = Array.from({ length: channels }, (_, channel) => channel);
    const [, ...memory] = inFormat<readonly number[]>(
      dataFormat,
      [],
      this.axes.map(({ elements }) => elements),
      all,
    );
    const [, ...dims] = inFormat(dataFormat, 1, sizes, channels);
    this.ranges = rangesOf(memory, dims).map(({ begin, end }) => ({
      begin: begin * FLOAT32,
      end: end * FLOAT32,
    }));
    this.bytes = this.ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
  }

  /** The text, in two or three lines. */
  lines(): readonly string[] {
    const seen = this.axes.map(elementsText).join(' and ');
    const shown = this.ranges.slice(0, SHOWN).map(({ begin, end }) => `${begin}..${end}`);
    if (this.ranges.length > SHOWN) shown.push('...');
    const format = this.dataFormat === 'channelsLast' ? 'channels last' : 'channels first';
    const bytes =
      this.ranges.length === 0
        ? 'no bytes: the window lies in the padding'
        : `bytes ${shown.join(', ')} of a sample (float32, ${format}, ends not included): ` +
          `${plural(this.ranges.length, 'range')}, ${plural(this.bytes, 'byte')}`;
    const head = `output [${this.at.join(', ')}] sees ${seen} of the input, ${this.#channelsText()}`;
    return [...wrap(head, 98), ...wrap(bytes, 98)].map((line, index) => (index === 0 ? line : `  ${line}`));
  }

  #channelsText(): string {
    const { channels, channelsRead } = this;
    if (channels === 1) return 'its one channel';
    if (channelsRead === channels) return `all ${count(channels)} channels`;
    return channelsRead === 1
      ? 'each channel its own'
      : `each channel the ${count(channelsRead)} of its group`;
  }

  toString(): string {
    return this.lines().join('\n');
  }
}

function placeOf({ op, at, outSpatial, words }: SeesQuestion): readonly number[] {
  const nouns = words.map(({ noun }) => noun).join(', ');
  if (!Array.isArray(at) || at.length !== outSpatial.length) {
    throw argumentError(
      op,
      `at must be a list of ${outSpatial.length === 1 ? 'one index' : `${outSpatial.length} indices`} [${nouns}]`,
      { at },
    );
  }
  return at.map((place: unknown, axis) => {
    const size = outSpatial[axis] as number | null;
    if (typeof place !== 'number' || !Number.isSafeInteger(place) || place < 0) {
      throw argumentError(op, 'every index of at must be an integer of at least 0', { at });
    }
    if (size !== null && place >= size) {
      throw shapeError(
        op,
        `at lies outside the output: there is no ${words[axis]?.noun} ${place}`,
        { at, output: outSpatial },
        `Use 0 to ${size - 1}`,
      );
    }
    return place;
  });
}

function knownSizes({ op, inSpatial, at }: SeesQuestion): readonly number[] {
  if (inSpatial.includes(null)) {
    throw shapeError(op, 'at needs an input whose sizes are known', { at, input: inSpatial });
  }
  return inSpatial as readonly number[];
}

/** The elements that output `place` reads, one by one: a dilated window leaves some out. */
function seenAlong({ rules, inSpatial, words }: SeesQuestion, axis: number, place: number): SeenElements {
  const rule = rules[axis] as AxisRule;
  const size = inSpatial[axis] as number;
  const { noun } = words[axis] as AxisWords;
  if (rule.kind === 'window') {
    const first = place * rule.stride - rule.padding;
    const taps = Array.from({ length: rule.size }, (_, tap) => first + tap * rule.dilation);
    const elements = taps.filter((tap) => tap >= 0 && tap < size);
    return { noun, elements, inPadding: taps.length - elements.length };
  }
  const interval = clipTo(inputInterval(rule, { first: place, last: place }), size);
  const within = Array.from({ length: widthOf(interval) }, (_, index) => interval.first + index);
  if (rule.kind !== 'transposed') return { noun, elements: within, inPadding: 0 };
  const reaches = (input: number) => {
    const distance = place + rule.padding - input * rule.stride;
    return distance % rule.dilation === 0 && distance >= 0 && distance / rule.dilation < rule.size;
  };
  return { noun, elements: within.filter(reaches), inPadding: 0 };
}

function elementsText({ noun, elements, inPadding }: SeenElements): string {
  const zeros = inPadding === 0 ? '' : ` (and ${inPadding} in the padding)`;
  if (elements.length === 0) return `no ${noun}${zeros}`;
  const [first, second, last] = [elements[0] as number, elements[1], elements.at(-1) as number];
  if (second === undefined) return `${noun} ${first}${zeros}`;
  if (last - first === elements.length - 1) return `${noun}s ${first} to ${last}${zeros}`;
  const all = elements.length > 6 ? `${elements.slice(0, 3).join(', ')}, ..., ${last}` : elements.join(', ');
  return `${noun}s ${all}${zeros}`;
}

/** Runs of elements of a row-major tensor: those whose index along every axis is listed. */
function rangesOf(indices: readonly (readonly number[])[], dims: readonly number[]): readonly ByteRange[] {
  let ranges: readonly ByteRange[] = [{ begin: 0, end: 1 }];
  let size = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const inner = size;
    const inside = ranges;
    ranges = joined(
      (indices[axis] as readonly number[]).flatMap((index) =>
        inside.map(({ begin, end }) => ({ begin: begin + index * inner, end: end + index * inner })),
      ),
    );
    size *= dims[axis] as number;
  }
  return ranges;
}

function joined(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const result: { begin: number; end: number }[] = [];
  for (const { begin, end } of ranges) {
    const last = result.at(-1);
    if (last?.end === begin) last.end = end;
    else result.push({ begin, end });
  }
  return result;
}
