import { argumentError, shapeError } from '../errors.js';
import { type Dims, elementCount } from './dims.js';
import { checkDims } from './spatial.js';

/** Which axes `batchDot` contracts: one number for both operands, a pair, or `null` for Keras's default. */
export type BatchDotAxes = number | readonly [number, number] | readonly number[] | null;

/** The contracted axis of each operand (counting the batch axis, not negative) and the result's shape. */
export interface BatchDotGeometry {
  readonly axisX: number;
  readonly axisY: number;
  readonly batch: number | null;
  /** The axes of x and y that remain, without the batch. */
  readonly restX: Dims;
  readonly restY: Dims;
  readonly outShape: Dims;
}

/**
 * The geometry of Keras's `batch_dot`: for every sample, axis `axes[0]` of x against `axes[1]` of y. The result has x's
 * other axes, then y's; two operands of rank 2 keep a trailing 1. Without axes: x's last, and y's last if y has rank 2,
 * else y's second to last.
 *
 * @example
 * batchDotGeometry('batchDot', [null, 1, 50], [null, 50, 49], [2, 1]).outShape; // [null, 1, 49]
 */
export function batchDotGeometry(op: string, x: Dims, y: Dims, axes: BatchDotAxes = null): BatchDotGeometry {
  checkDims(op, 'x', x);
  checkDims(op, 'y', y);
  if (x.length < 2 || y.length < 2) {
    throw shapeError(op, 'both operands need a batch axis and at least one more', { x, y });
  }
  const received = { x, y, axes };
  const pair = axesPair(op, x.length, y.length, axes);
  const axisX = axisOf(op, 'x', pair[0] as number, x.length, received);
  const axisY = axisOf(op, 'y', pair[1] as number, y.length, received);
  const batchX = x[0] as number | null;
  const batchY = y[0] as number | null;
  if (batchX !== null && batchY !== null && batchX !== batchY) {
    throw shapeError(op, `the batch sizes differ: ${batchX} and ${batchY}`, received);
  }
  const kX = x[axisX] as number | null;
  const kY = y[axisY] as number | null;
  if (kX !== null && kY !== null && kX !== kY) {
    throw shapeError(
      op,
      `the contracted sizes differ: ${kX} along axis ${axisX} of x, ${kY} along axis ${axisY} of y`,
      received,
    );
  }
  const restX = x.filter((_, axis) => axis !== 0 && axis !== axisX);
  const restY = y.filter((_, axis) => axis !== 0 && axis !== axisY);
  const rest = [...restX, ...restY];
  const batch = batchX ?? batchY;
  const outShape = [batch, ...(rest.length === 0 ? [1] : rest)];
  elementCount(
    op,
    outShape.filter((dim): dim is number => dim !== null),
    'output',
  );
  return { axisX, axisY, batch, restX, restY, outShape };
}

function axesPair(op: string, rankX: number, rankY: number, axes: BatchDotAxes): readonly number[] {
  if (axes === null) return [rankX - 1, rankY === 2 ? rankY - 1 : rankY - 2];
  if (typeof axes === 'number') return [axes, axes];
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw argumentError(op, 'axes must be an integer, a pair of integers, or null', { axes });
  }
  return axes;
}

function axisOf(
  op: string,
  name: string,
  axis: unknown,
  rank: number,
  received: Record<string, unknown>,
): number {
  if (typeof axis !== 'number' || !Number.isSafeInteger(axis)) {
    throw argumentError(op, 'each of axes must be one integer', received);
  }
  if (axis < -rank || axis >= rank) {
    throw shapeError(op, `axis ${axis} is out of range for ${name} of rank ${rank}`, received);
  }
  const positive = axis < 0 ? axis + rank : axis;
  if (positive === 0) {
    throw shapeError(
      op,
      `the batch axis of ${name} cannot be contracted`,
      received,
      'Axes count the batch axis as 0',
    );
  }
  return positive;
}
