import type { TypedArray } from './dtype.js';
import type { Tensor } from './tensor.js';

/** How `formatTensor` writes: NumPy's names and defaults. */
export interface PrintOptions {
  /** Digits after the point at most. Default 8. */
  precision?: number;
  /** More elements than this are summarised with `...`. Default 1000. */
  threshold?: number;
  /** Items kept at each end of a summarised axis. Default 3. */
  edgeItems?: number;
  /** Columns of a line. Default 75. */
  lineWidth?: number;
}

/** The shortest decimal that reads back as the same float32 (or float64, which is what JavaScript prints). */
function shortest(value: number, single: boolean): number {
  if (!single || value === 0) return value;
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return text;
  }
  return Number(value.toPrecision(9));
}

/** `1.50` to `1.5 `: NumPy keeps the points aligned and blanks the zeros that carry nothing. */
const blankZeros = (text: string): string => text.replace(/0+$/, '').padEnd(text.length);

const special = (value: number): string => (Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf');

/** Picks one notation for all values, as NumPy does, and returns the function that writes one. */
function floatFormat(values: readonly number[], precision: number): (value: number) => string {
  const finite = values.filter(Number.isFinite);
  const magnitudes = finite.filter((value) => value !== 0).map(Math.abs);
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const least = magnitudes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const scientific = magnitudes.length > 0 && (largest >= 1e8 || least < 1e-4 || largest / least > 1e3);
  const write = scientific ? exponential(finite, precision) : fixed(finite, precision);
  return (value) => (Number.isFinite(value) ? write(value) : special(value));
}

function fixed(values: readonly number[], precision: number): (value: number) => string {
  const digitsOf = (value: number) => {
    const text = value.toFixed(Math.min(precision, 100)).replace(/0+$/, '');
    return text.length - text.indexOf('.') - 1;
  };
  const digits = precision === 0 ? 0 : values.reduce((most, value) => Math.max(most, digitsOf(value)), 0);
  return (value) => {
    const text = signed(value, value.toFixed(digits));
    return digits === 0 ? `${text}.` : blankZeros(text);
  };
}

function exponential(values: readonly number[], precision: number): (value: number) => string {
  const split = (value: number, digits?: number) =>
    value.toExponential(digits).split('e') as [string, string];
  const digitsOf = (value: number) => {
    const fraction = split(value)[0].split('.')[1] ?? '';
    return Math.min(fraction.length, precision);
  };
  const digits = values.reduce((most, value) => Math.max(most, digitsOf(value)), 0);
  return (value) => {
    const [mantissa, power] = split(value, digits);
    const sign = power.startsWith('-') ? '-' : '+';
    return `${signed(value, digits === 0 ? `${mantissa}.` : mantissa)}e${sign}${power.slice(1).padStart(2, '0')}`;
  };
}

/** `toFixed` drops the sign of -0. */
const signed = (value: number, text: string): string => (Object.is(value, -0) ? `-${text}` : text);

/** Indices of an axis that are shown; -1 stands for the dots. */
function shownIndices(size: number, summarise: boolean, edge: number): number[] {
  if (!summarise || size <= 2 * edge) return Array.from({ length: size }, (_, i) => i);
  const head = Array.from({ length: edge }, (_, i) => i);
  return [...head, -1, ...head.map((i) => size - edge + i)];
}

/**
 * NumPy-like text of a tensor: aligned columns, long axes shortened, shape where the text does not show it, dtype.
 *
 * @example
 * formatTensor(tensor([[1, 2.5], [-3, 4]])); // tensor([[ 1. ,  2.5],\n        [-3. ,  4. ]], dtype=float32)
 */
export function formatTensor(x: Tensor, options: PrintOptions = {}): string {
  const { precision = 8, threshold = 1000, edgeItems = 3, lineWidth = 75 } = options;
  const without = (values: string) =>
    `tensor(<${values}>, shape=[${x.shape.map(String).join(', ')}], dtype=${x.dtype})`;
  if (x.isTraced) return without('traced');
  if (x.device !== 'cpu') return without(x.isDisposed ? `disposed, was on ${x.device}` : `on ${x.device}`);
  const shape = x.shape as readonly number[];
  const data = x.data as TypedArray;
  const summarise = x.size > threshold;
  const shown = shape.map((size) => shownIndices(size, summarise, edgeItems));
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

  const offsets: number[] = [];
  const collect = (axis: number, offset: number): void => {
    if (axis === shape.length) offsets.push(offset);
    else
      for (const i of shown[axis] as number[])
        if (i >= 0) collect(axis + 1, offset + i * (strides[axis] as number));
  };
  collect(0, 0);

  const texts = writeAll(
    x,
    offsets.map((offset) => data[offset] as number | bigint),
    precision,
  );
  const prefix = 'tensor(';
  let next = 0;
  const build = (axis: number): string => {
    if (axis === shape.length) return texts[next++] as string;
    const items = (shown[axis] as number[]).map((i) => (i < 0 ? '...' : build(axis + 1)));
    const indent = ' '.repeat(prefix.length + axis + 1);
    const last = axis === shape.length - 1;
    return `[${last ? wrap(items, indent, lineWidth) : items.join(`,${'\n'.repeat(shape.length - 1 - axis)}${indent}`)}]`;
  };
  const tail = [`dtype=${x.dtype}`];
  if (summarise || x.size === 0) tail.unshift(`shape=[${shape.join(', ')}]`);
  return `${prefix}${x.size === 0 ? '[]' : build(0)}, ${tail.join(', ')})`;
}

function writeAll(x: Tensor, values: readonly (number | bigint)[], precision: number): string[] {
  let texts: string[];
  if (x.dtype === 'bool') texts = values.map((value) => (value ? 'true' : 'false'));
  else if (x.dtype === 'float32' || x.dtype === 'float64') {
    const numbers = values.map((value) => shortest(value as number, x.dtype === 'float32'));
    texts = numbers.map(floatFormat(numbers, precision));
  } else texts = values.map(String);
  const width = texts.reduce((most, text) => Math.max(most, text.length), 0);
  return texts.map((text) => text.padStart(width));
}

/** Items of the innermost axis, broken into lines. */
function wrap(items: readonly string[], indent: string, lineWidth: number): string {
  let text = '';
  let column = indent.length;
  items.forEach((item, i) => {
    const piece = i === items.length - 1 ? item : `${item},`;
    if (i > 0 && column + 1 + piece.length > lineWidth) {
      text += `\n${indent}`;
      column = indent.length;
    } else if (i > 0) {
      text += ' ';
      column += 1;
    }
    text += piece;
    column += piece.length;
  });
  return text;
}
