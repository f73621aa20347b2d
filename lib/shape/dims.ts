import { argumentError, shapeError } from '../errors.js';

/** Sizes of the axes, outermost first; `null` is a size that is not known yet. */
export type Dims = readonly (number | null)[];

/** The most axes a tensor can have. */
export const MAX_RANK = 16;

/** A list of known sizes: integers of at least 0, few enough axes, a product that indexes exactly. Returns a copy without -0. */
export function knownDims(op: string, name: string, dims: unknown): readonly number[] {
  if (!Array.isArray(dims)) throw argumentError(op, `${name} must be an array of sizes`, { [name]: dims });
  if (dims.length > MAX_RANK) {
    throw shapeError(op, `${name} has ${dims.length} axes, the most is ${MAX_RANK}`, { [name]: dims });
  }
  const sizes = Array.from(dims as readonly unknown[], (dim) => {
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < 0) {
      throw argumentError(op, `every size of ${name} must be an integer of at least 0`, { [name]: dims });
    }
    return dim + 0;
  });
  elementCount(op, sizes, name);
  return sizes;
}

/**
 * The number of elements. Zero sizes are left out of the overflow check, not of the count: strides of the other axes
 * must be exact too.
 */
export function elementCount(op: string, dims: readonly number[], name = 'shape'): number {
  let span = 1;
  let empty = false;
  for (const dim of dims) {
    if (dim === 0) empty = true;
    else span *= dim;
  }
  if (span > Number.MAX_SAFE_INTEGER)
    throw shapeError(op, 'the shape has too many elements', { [name]: dims });
  return empty ? 0 : span;
}

/** Row-major strides in elements; an unknown size counts as 1 (such traces carry shapes only and are never compiled). */
export function rowMajorStrides(dims: Dims): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis] ?? 1;
  }
  return strides;
}

/** True when the two shapes could be the same: equal ranks, and equal sizes wherever both are known. */
export function sameDims(a: Dims, b: Dims): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === null || b[axis] === null || dim === b[axis]);
}
