import { axisIn } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { Dims } from './dims.js';

/** A permutation of the axes, negative ones counted from the end; without one, the axes in reverse. */
export function permutation(op: string, perm: unknown, rank: number): readonly number[] {
  if (perm === undefined || perm === null) return Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (!Array.isArray(perm)) throw argumentError(op, 'perm must be an array of axes', { perm });
  const axes = Array.from(perm as readonly unknown[], (axis) => axisIn(op, axis, rank, 'perm'));
  if (axes.length !== rank || new Set(axes).size !== rank) {
    throw shapeError(op, `perm must name each of the ${rank} axes once`, { perm });
  }
  return axes;
}

/** The shape with its axes in the order of `perm`. */
export const permuteShape = (shape: Dims, perm: readonly number[]): Dims =>
  perm.map((axis) => shape[axis] as number | null);
