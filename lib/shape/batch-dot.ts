import { argumentError, shapeError } from '../errors.js';
import type { WithoutAxes } from './axes.js';
import type { Agree } from './concat.js';
import { type Dims, elementCount } from './dims.js';
import { misfitBatchDot } from './explain/misfit-products.js';
import type { Differ } from './matmul.js';
import { checkDims } from './spatial.js';
import type { AxisOf, IsOpen, ShapeError, Show } from './typed.js';

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
      undefined,
      () => misfitBatchDot(x, y, [axisX, axisY]),
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

/** `batchDotGeometry` in types. */
export type BatchDotShape<X, Y, A, Op extends string = 'batchDot'> = [IsOpen<X>, IsOpen<Y>] extends [
  false,
  false,
]
  ? X extends readonly [infer BatchX, unknown, ...unknown[]]
    ? Y extends readonly [infer BatchY, unknown, ...unknown[]]
      ? BatchDotAxis<X, AxesPair<X, Y, A>[0], 'x'> extends infer AxisX
        ? BatchDotAxis<Y, AxesPair<X, Y, A>[1], 'y'> extends infer AxisY
          ? AxisX extends string
            ? ShapeError<`${Op}: ${AxisX}. ${BatchDotReceived<X, Y, A>}`>
            : AxisY extends string
              ? ShapeError<`${Op}: ${AxisY}. ${BatchDotReceived<X, Y, A>}`>
              : Contracted<X, Y, [Agree<BatchX, BatchY>, AxisX, AxisY]> extends infer R
                ? R extends string
                  ? ShapeError<`${Op}: ${R}. ${BatchDotReceived<X, Y, A>}`>
                  : R
                : never
          : never
        : never
      : ShapeError<`${Op}: ${TooFewAxes}. Received x=${Show<X>}, y=${Show<Y>}`>
    : ShapeError<`${Op}: ${TooFewAxes}. Received x=${Show<X>}, y=${Show<Y>}`>
  : Dims;
type TooFewAxes = 'both operands need a batch axis and at least one more';
type BatchDotReceived<X, Y, A> = `Received x=${Show<X>}, y=${Show<Y>}, axes=${ShowAxes<A>}`;
type ShowAxes<A> = A extends readonly unknown[] ? Show<A> : A extends null ? 'null' : `${A & number}`;

/** The contracted axis of x and of y as they are given, `unknown` where they are not known. */
type AxesPair<X extends readonly unknown[], Y extends readonly unknown[], A> = [A] extends [null]
  ? [LastAxis<X>, Y['length'] extends 2 ? 1 : SecondToLast<Y>]
  : A extends readonly [infer AxisX, infer AxisY]
    ? [AxisX, AxisY]
    : [A] extends [number]
      ? [A, A]
      : [unknown, unknown];
type LastAxis<S extends readonly unknown[]> = S extends readonly [unknown, ...infer Rest]
  ? Rest['length']
  : never;
type SecondToLast<S extends readonly unknown[]> = S extends readonly [unknown, unknown, ...infer Rest]
  ? Rest['length']
  : never;

/** The axis counted from the begin, what is wrong with it, or `number`. */
type BatchDotAxis<S extends readonly unknown[], Axis, Name extends string> =
  AxisOf<S, Axis> extends infer A
    ? [A] extends [never]
      ? `axis ${Axis & number} is out of range for ${Name} of rank ${S['length'] & number}`
      : A extends 0
        ? `the batch axis of ${Name} cannot be contracted`
        : A
    : never;

/** The result, or what is wrong; `P` is the batch and the two axes. */
type Contracted<X extends readonly unknown[], Y extends readonly unknown[], P extends readonly unknown[]> = [
  P[0],
] extends [never]
  ? `the batch sizes differ: ${X[0] & number} and ${Y[0] & number}`
  : number extends P[1] | P[2]
    ? Dims
    : Differ<X[P[1] & number], Y[P[2] & number]> extends true
      ? `the contracted sizes differ: ${X[P[1] & number] & number} along axis ${P[1] &
          number} of x, ${Y[P[2] & number] & number} along axis ${P[2] & number} of y`
      : [...WithoutAxes<X, 0 | P[1]>, ...WithoutAxes<Y, 0 | P[2]>] extends infer Rest extends
            readonly unknown[]
        ? Rest['length'] extends 0
          ? [P[0], 1]
          : [P[0], ...Rest]
        : never;
