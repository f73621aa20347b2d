import { argumentError } from '../errors.js';
import { type Dims, elementCount, rowMajorStrides } from './dims.js';

/** Repetitions per axis as NumPy aligns them: missing ones are 1 in front, and so are missing axes of the input. */
export function tileCounts(
  op: string,
  input: Dims,
  reps: unknown,
): { input: Dims; counts: readonly number[] } {
  const list = Array.isArray(reps) ? Array.from(reps as readonly unknown[]) : [reps];
  for (const count of list) {
    if (!Number.isSafeInteger(count) || (count as number) < 0) {
      throw argumentError(op, 'every repetition must be an integer of at least 0', { reps });
    }
  }
  const rank = Math.max(input.length, list.length);
  return {
    input: [...new Array<number>(rank - input.length).fill(1), ...input],
    counts: [...new Array<number>(rank - list.length).fill(1), ...(list as number[])],
  };
}

/** Sizes times repetitions. */
export function tiledShape(op: string, input: Dims, counts: readonly number[]): Dims {
  const shape = input.map((dim, axis) => (dim === null ? null : dim * (counts[axis] as number)));
  elementCount(
    op,
    shape.map((dim) => dim ?? 1),
  );
  return shape;
}

/**
 * Tiling as a strided view: each repeated axis becomes two, the repetition (stride 0) and the axis itself; axes that
 * are not repeated merge with the axis before them, which keeps the number of axes small.
 */
export function tileView(
  input: Dims,
  counts: readonly number[],
): { shape: Dims; strides: readonly number[] } {
  const shape: (number | null)[] = [];
  const strides: number[] = [];
  const elements = rowMajorStrides(input);
  input.forEach((dim, axis) => {
    const stride = elements[axis] as number;
    const count = counts[axis] as number;
    const last = shape.length - 1;
    if (count !== 1) {
      shape.push(count, dim);
      strides.push(0, stride);
    } else if (last >= 0) {
      const before = shape[last] as number | null;
      shape[last] = before === null || dim === null ? null : before * dim;
      strides[last] = stride;
    } else {
      shape.push(dim);
      strides.push(stride);
    }
  });
  return { shape, strides };
}
