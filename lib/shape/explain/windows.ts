import type { Dims } from '../dims.js';
import { type AxisRule, type ReceptiveField, receptiveFieldOf, windowRule } from '../receptive.js';
import type { Padding } from '../spatial.js';
import { type AxisWords, listed, plural, same, timesText } from './text.js';

/** The arithmetic of windows that slide along axes: convolutions and poolings. */

/** The windows of an op, as its geometry has them. */
export interface Windows {
  readonly words: readonly AxisWords[];
  readonly inSpatial: Dims;
  readonly outSpatial: Dims;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padBegin: Dims;
  readonly padEnd: Dims;
  /** The padding as the caller gave it. */
  readonly padding: Padding;
  readonly ceilMode: boolean;
  /** `kernel` or `window`. */
  readonly noun: string;
}

/** One axis of the windows. */
interface Axis {
  readonly words: AxisWords;
  readonly size: number | null;
  readonly out: number | null;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number | null;
  readonly end: number | null;
}

const axesOf = (windows: Windows): readonly Axis[] =>
  windows.kernel.map((kernel, axis) => ({
    words: windows.words[axis] as AxisWords,
    size: windows.inSpatial[axis] as number | null,
    out: windows.outSpatial[axis] as number | null,
    kernel,
    stride: windows.strides[axis] as number,
    dilation: windows.dilations[axis] as number,
    begin: windows.padBegin[axis] as number | null,
    end: windows.padEnd[axis] as number | null,
  }));

const keepsSize = (padding: Padding): boolean => padding === 'same' || padding === 'sameLower';

/** ` = 55`, or nothing while the result is not known. */
const equals = (value: number | null): string => (value === null ? '' : ` = ${value}`);

/** The dilated kernel in formulas, less one: `1*(11-1)`. */
const reach = ({ dilation, kernel }: Axis): string => `${dilation}*(${kernel}-1)`;

/** The size of every axis of the output, and the zeros of `same` padding. */
export function windowFormulas(windows: Windows): readonly string[] {
  return axesOf(windows).flatMap((axis) =>
    keepsSize(windows.padding) ? sameFormulas(axis) : [countFormula(axis, windows.ceilMode)],
  );
}

function countFormula(axis: Axis, ceilMode: boolean): string {
  const { words, size, out, stride, begin, end } = axis;
  const zeros = begin === end ? `2*${begin}` : `${begin} + ${end}`;
  const room = `(${size ?? words.input} + ${zeros} - ${reach(axis)} - 1)`;
  const dropped = ceilMode && out !== null && Math.ceil(roomOf(axis) / stride) + 1 > out ? ' - 1' : '';
  return `${words.out} = ${ceilMode ? 'ceil' : 'floor'}(${room} / ${stride}) + 1${dropped}${equals(out)}`;
}

function sameFormulas(axis: Axis): readonly string[] {
  const { words, size, out, stride, begin, end } = axis;
  const known = begin !== null && end !== null;
  const total = `max((${out ?? words.out}-1)*${stride} + ${reach(axis)} + 1 - ${size ?? words.input}, 0)`;
  const zeros = known ? ` = ${begin + end}: ${begin} ${words.before}, ${end} ${words.after}` : '';
  return [
    `${words.out} = ceil(${size ?? words.input} / ${stride})${equals(out)}`,
    `${words.pad} = ${total}${zeros}`,
  ];
}

/** The formula in words, and where its numbers come from. */
export function windowRules(windows: Windows): readonly string[] {
  const { padding, inSpatial, kernel, strides, dilations, padBegin, padEnd, noun, ceilMode } = windows;
  const sizes = inSpatial.every((size) => size !== null) ? ` ${same(inSpatial)}` : '';
  const others = `dilation ${same(dilations)}, ${noun} ${same(kernel)}, stride ${same(strides)}`;
  if (keepsSize(padding)) {
    const odd = padding === 'same' ? 'an odd one at the end' : 'an odd one at the begin';
    return [
      `size = ceil(input / stride), zeros = max((size-1)*stride + dilation*(${noun}-1) + 1 - input, 0)`,
      `with input${sizes}, ${others}; zeros half on each side, ${odd}`,
    ];
  }
  const even = padBegin.every((begin, axis) => begin === padEnd[axis]);
  const zeros = even ? '2*padding' : 'before + after';
  return [
    `size = ${ceilMode ? 'ceil' : 'floor'}((input + ${zeros} - dilation*(${noun}-1) - 1) / stride) + 1`,
    `with input${sizes}, ${zerosText(windows, even)}, ${others}`,
  ];
}

function zerosText({ padding, padBegin, padEnd }: Windows, even: boolean): string {
  const word = typeof padding === 'string' ? ` ("${padding}")` : '';
  if (even) return `padding ${listed(padBegin)}${word}`;
  return `zeros ${listed(padBegin)} before and ${listed(padEnd)} after${word}`;
}

const effective = ({ kernel, dilation }: Axis): number => (kernel - 1) * dilation + 1;

/** What is left of the padded input when the first window is taken off. */
const roomOf = (axis: Axis): number =>
  (axis.size as number) + (axis.begin as number) + (axis.end as number) - effective(axis);

/** Where the windows stand, and what the rounding leaves out. */
export function windowNotes(windows: Windows): readonly string[] {
  const { padding, ceilMode } = windows;
  const axes = axesOf(windows).filter(({ size }) => size !== null);
  if (keepsSize(padding)) return [];
  const notes: string[] = [];
  for (const group of groupsOf(axes)) {
    const [axis] = group as readonly [Axis];
    if (ceilMode) notes.push(...ceilNotes(axis, group));
    else if (roomOf(axis) % axis.stride !== 0) notes.push(leftOver(axis, group));
    else if (axis.stride > 1) notes.push(exactly(axis, group));
  }
  return notes;
}

/** Axes whose numbers are the same share a note. */
function groupsOf(axes: readonly Axis[]): readonly (readonly Axis[])[] {
  const groups = new Map<string, Axis[]>();
  for (const axis of axes) {
    const { words: _, ...numbers } = axis;
    const key = JSON.stringify(numbers);
    groups.set(key, [...(groups.get(key) ?? []), axis]);
  }
  return [...groups.values()];
}

/** `rows and columns`. */
const nounsOf = (group: readonly Axis[]): string => group.map(({ words }) => `${words.noun}s`).join(' and ');

function exactly(axis: Axis, group: readonly Axis[]): string {
  const { stride, out, begin, end, size } = axis as Axis & { size: number; out: number; begin: number };
  const places = Array.from({ length: Math.min(out, 4) }, (_, place) => place * stride - begin);
  const last = (out - 1) * stride - begin;
  const starts = out > 4 ? `${places.slice(0, 3).join(', ')}, ..., ${last}` : places.join(', ');
  const where = end === 0 ? `at ${size - 1}, the last of the input` : 'with the zeros';
  return `Windows start at ${nounsOf(group)} ${starts}; the last ends ${where}.`;
}

/** `the last 2 rows and 2 columns are in no window`. */
function lostText(unseen: number, group: readonly Axis[]): string {
  if (unseen === 0) return 'only zeros are left over';
  const lost = group
    .map(({ words }) => (unseen === 1 ? words.noun : plural(unseen, words.noun)))
    .join(' and ');
  return `the last ${lost} ${unseen === 1 && group.length === 1 ? 'is' : 'are'} in no window`;
}

function leftOver(axis: Axis, group: readonly Axis[]): string {
  const { stride, out, begin, end } = axis as Axis & { out: number; begin: number; end: number };
  const rest = roomOf(axis) % stride;
  const missing = stride - rest;
  const exact = Number((roomOf(axis) / stride + 1).toFixed(3));
  const names = group.map(({ words }) => words.out).join(' and ');
  const pair = `[${begin + Math.floor(missing / 2)}, ${end + Math.ceil(missing / 2)}]`;
  const even = begin === end && missing % 2 === 1;
  const both = even ? `, padding ${begin + Math.ceil(missing / 2)} with 1 left over` : '';
  const more = `${plural(missing, 'more zero')} ${missing === 1 ? 'makes' : 'make'} it ${out + 1}`;
  return (
    `Without floor ${names} would be ${exact}: only whole windows count, so ${out}, and ` +
    `${lostText(Math.max(rest - end, 0), group)}. ${more}: padding ${pair} exactly${both}.`
  );
}

function ceilNotes(axis: Axis, group: readonly Axis[]): readonly string[] {
  const { stride, out } = axis as Axis & { out: number };
  const rest = roomOf(axis) % stride;
  if (rest === 0) return [];
  const dropped = Math.ceil(roomOf(axis) / stride) + 1 > out;
  return [
    dropped
      ? `Along the ${nounsOf(group)} one window would start behind the input and is dropped.`
      : `Along the ${nounsOf(group)} ceil keeps the last window, which ends ${stride - rest} behind the input.`,
  ];
}

/** What the windows do along every axis, or undefined while their padding is not known. */
export function windowAxisRules(windows: Windows): readonly AxisRule[] | undefined {
  const rules = axesOf(windows).map(({ kernel, stride, dilation, begin }) =>
    begin === null ? undefined : windowRule({ size: kernel, stride, dilation, padding: begin }),
  );
  return rules.includes(undefined) ? undefined : (rules as readonly AxisRule[]);
}

/** The receptive field of rules along their axes. */
export const fieldsOf = (rules: readonly AxisRule[] | undefined): readonly ReceptiveField[] | undefined =>
  rules?.map((rule) => receptiveFieldOf([rule]));

/** `strides 4, padding "same", dilation 2`: what a title says of the windows; defaults are left out. */
export function windowTitle(windows: Windows, defaultStrides: readonly number[]): string {
  const { strides, padding, dilations, ceilMode } = windows;
  const parts: string[] = [];
  if (strides.some((stride, axis) => stride !== defaultStrides[axis]))
    parts.push(`, stride ${same(strides)}`);
  if (padding !== 'valid') parts.push(`, padding ${paddingText(padding)}`);
  if (dilations.some((dilation) => dilation !== 1)) parts.push(`, dilation ${same(dilations)}`);
  if (ceilMode) parts.push(', ceilMode');
  return parts.join('');
}

/** A padding as it is written: a word in quotes, a number, or pairs. @example paddingText([[1, 2]]); // "[[1, 2]]" */
export const paddingText = (padding: Padding): string => JSON.stringify(padding).replaceAll(',', ', ');

/** `2x2`, or `3` for one axis. */
export const windowText = (kernel: readonly number[]): string => timesText(kernel);
