import type { Dims } from '../dims.js';
import type { DataFormat } from '../spatial.js';

/** The words and numbers that explanations are made of. */

/** A count as people write it: 34,944. @example count(34944); // "34,944" */
export const count = (value: number): string => value.toLocaleString('en-US');

/** A shape as messages show it. @example shapeText([null, 55, 55, 96]); // "[null, 55, 55, 96]" */
export const shapeText = (shape: Dims): string => `[${shape.map(String).join(', ')}]`;

/** Sizes as people say them, unknown ones as `?`. @example timesText([227, 227, 3]); // "227x227x3" */
export const timesText = (sizes: Dims): string => sizes.map((size) => size ?? '?').join('x');

/** A product as it is written out, unknown sizes as `?`. @example productText([7, 7, 512]); // "7 x 7 x 512" */
export const productText = (sizes: Dims): string =>
  sizes.length === 0 ? '1' : sizes.map((size) => (size === null ? '?' : count(size))).join(' x ');

/** The product of the sizes, or `null` when one of them is not known. @example productOf([2, null]); // null */
export const productOf = (sizes: Dims): number | null =>
  sizes.reduce<number | null>((all, size) => (all === null || size === null ? null : all * size), 1);

/** A number and its noun. @example plural(2, 'row'); // "2 rows" */
export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const allEqual = (values: Dims): boolean => values.every((value) => value === values[0]);

/** `3x5`, or one number when all of them are equal. @example same([4, 4]); // "4" */
export const same = (values: Dims): string =>
  allEqual(values) ? String(values[0] ?? '?') : timesText(values);

/** `[1, 0]`, or one number when all of them are equal. @example listed([1, 0]); // "[1, 0]" */
export const listed = (values: Dims): string =>
  allEqual(values) ? String(values[0] ?? '?') : shapeText(values);

/** What the spatial axes are called. */
export interface AxisWords {
  /** The size of the output in formulas: `oH`. */
  readonly out: string;
  /** The size of the input in formulas, where it is not known: `H`. */
  readonly input: string;
  /** The zeros of `same` padding in formulas: `padH`. */
  readonly pad: string;
  /** One element along the axis: `row`. */
  readonly noun: string;
  readonly direction: string;
  readonly before: string;
  readonly after: string;
}

const DEPTH: AxisWords = {
  out: 'oD',
  input: 'D',
  pad: 'padD',
  noun: 'plane',
  direction: 'from front to back',
  before: 'in front',
  after: 'behind',
};
const HEIGHT: AxisWords = {
  out: 'oH',
  input: 'H',
  pad: 'padH',
  noun: 'row',
  direction: 'from top to bottom',
  before: 'above',
  after: 'below',
};
const WIDTH: AxisWords = {
  out: 'oW',
  input: 'W',
  pad: 'padW',
  noun: 'column',
  direction: 'from left to right',
  before: 'left',
  after: 'right',
};
const STEPS: AxisWords = {
  out: 'steps',
  input: 'n',
  pad: 'pad',
  noun: 'step',
  direction: 'along the sequence',
  before: 'before',
  after: 'after',
};

const WORDS: readonly (readonly AxisWords[])[] = [[], [STEPS], [HEIGHT, WIDTH], [DEPTH, HEIGHT, WIDTH]];

/** The words of each spatial axis. @example axisWords(2)[0].out; // "oH" */
export const axisWords = (spatialRank: number): readonly AxisWords[] =>
  WORDS[spatialRank] as readonly AxisWords[];

/** One axis of a result: its size and what it counts. */
export interface AxisMeaning {
  readonly size: number | null;
  readonly meaning: string;
}

/** The meaning of the batch axis. */
export const batchAxis = (size: number | null): AxisMeaning => ({
  size,
  meaning:
    size === null ? 'batch: how many samples at once; null (None) = any number' : 'batch: samples at once',
});

/** Batch, spatial axes and channels in the order of the data format. */
export function inFormat<T>(format: DataFormat, batch: T, spatial: readonly T[], channels: T): readonly T[] {
  return format === 'channelsLast' ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
}

/** Text in lines of at most `width` characters, broken between words. @example wrap('one two', 4); // ["one", "two"] */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
