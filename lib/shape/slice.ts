import { argumentError } from '../errors.js';
import { type Dims, rowMajorStrides } from './dims.js';

/** A part of a tensor as a strided view of it: what a `copy` node needs. */
export interface SliceGeometry {
  readonly shape: Dims;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Bounds of a slice, one item per leading axis; `null` means the end of the axis on that side. */
export type Bounds = readonly (number | null)[];

function bounds(op: string, name: string, value: unknown, rank: number): Bounds {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw argumentError(op, `${name} must be an array, one item per axis`, { [name]: value });
  if (value.length > rank) {
    throw argumentError(op, `${name} has ${value.length} items for a tensor of rank ${rank}`, {
      [name]: value,
    });
  }
  return Array.from(value as readonly unknown[], (item) => {
    if (item === null || Number.isSafeInteger(item)) return item as number | null;
    throw argumentError(op, `every item of ${name} must be an integer or null`, { [name]: value });
  });
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** First index and number of the items that Python's `begin:end:stride` picks from `size`. */
function pick(
  size: number,
  begin: number | null,
  end: number | null,
  stride: number,
): [first: number, count: number] {
  const [least, most] = stride > 0 ? [0, size] : [-1, size - 1];
  const resolve = (bound: number | null, fallback: number): number =>
    bound === null ? fallback : clamp(bound < 0 ? bound + size : bound, least, most);
  const first = resolve(begin, stride > 0 ? least : most);
  const last = resolve(end, stride > 0 ? most : least);
  return [first, Math.max(0, Math.ceil((last - first) / stride))];
}

/**
 * Python's slicing: negative bounds count from the end, bounds beyond an axis are cut, negative strides walk back.
 * An axis of unknown size stays unknown.
 *
 * @example
 * sliceGeometry('slice', [10, 4], [-3], undefined, undefined).shape; // [3, 4]
 */
export function sliceGeometry(
  op: string,
  input: Dims,
  begin: unknown,
  end: unknown,
  strides: unknown,
): SliceGeometry {
  const rank = input.length;
  const begins = bounds(op, 'begin', begin, rank);
  const ends = bounds(op, 'end', end, rank);
  const steps = bounds(op, 'strides', strides, rank);
  if (steps.includes(0)) throw argumentError(op, 'strides must not be 0', { strides });
  const elements = rowMajorStrides(input);
  let offset = 0;
  const shape = input.map((size, axis) => {
    if (size === null) return null;
    const [first, count] = pick(size, begins[axis] ?? null, ends[axis] ?? null, steps[axis] ?? 1);
    if (count > 0) offset += first * (elements[axis] as number);
    return count;
  });
  const outer = elements.map((stride, axis) => (shape[axis] === 1 ? stride : stride * (steps[axis] ?? 1)));
  return { shape, offset: shape.includes(0) ? 0 : offset, strides: outer };
}
