import { shapeError } from '../errors.js';
import type { Dims } from './dims.js';

/** The shape without the reduced axes, or with 1 in their place. */
export function reduceShape(input: Dims, axes: readonly number[], keepDims: boolean): Dims {
  if (keepDims) return input.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return input.filter((_, axis) => !axes.includes(axis));
}

/** Refuses the reductions that no elements have no answer for: the largest of none. */
export function refuseEmpty(op: string, input: Dims, axes: readonly number[]): void {
  const empty = axes.find((axis) => input[axis] === 0);
  if (empty !== undefined) {
    throw shapeError(op, `there is no ${op} of no elements: axis ${empty} has size 0`, { input, axis: axes });
  }
}
