import { shapeError } from '../errors.js';
import type { AxesIn, AxisIn, WithoutAxes } from './axes.js';
import type { Dims } from './dims.js';
import type { IsOpen, Option, Product, Repeat, ShapeError } from './typed.js';

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

/** The shape of a reduction with the options `axis` (all) and `keepDims` (false), in types. */
export type ReduceShape<S, O, Op extends string> =
  IsOpen<S> extends true
    ? IsFull<O> extends true
      ? []
      : Dims
    : S extends readonly unknown[]
      ? AxesIn<S, Option<O, 'axis', null>, Op> extends infer A
        ? [A] extends [never]
          ? Reduced<S, A, Option<O, 'keepDims', false>>
          : [A] extends [ShapeError]
            ? A
            : Reduced<S, A, Option<O, 'keepDims', false>>
        : never
      : Dims;
/** Whether a reduction is over all axes and leaves none. */
type IsFull<O> = [Option<O, 'axis', null>, Option<O, 'keepDims', false>] extends [null, false] ? true : false;
type Reduced<S extends readonly unknown[], Axes, Keep> = number extends Axes
  ? [Keep] extends [true]
    ? { -readonly [K in keyof S]: S[K] extends 1 ? 1 : number | Extract<S[K], null> }
    : Dims
  : [Keep] extends [boolean]
    ? boolean extends Keep
      ? Dims
      : WithoutAxes<S, Axes, Keep>
    : Dims;

/** `ReduceShape` of reductions that no elements have no answer for. */
export type ExtremeShape<S, O, Op extends string> =
  ReduceShape<S, O, Op> extends infer R
    ? R extends ShapeError
      ? R
      : IsOpen<S> extends true
        ? R
        : S extends readonly unknown[]
          ? EmptyAxis<S, AxesIn<S, Option<O, 'axis', null>, Op>> extends infer Axis extends number
            ? ShapeError<`${Op}: there is no ${Op} of no elements: axis ${Axis} has size 0`>
            : R
          : R
    : never;
/** The first of the axes that has size 0, else `null`. */
type EmptyAxis<
  S extends readonly unknown[],
  Axes,
  Seen extends readonly unknown[] = [],
> = S extends readonly [infer Head, ...infer Tail]
  ? [Head, Seen['length']] extends [0, number extends Axes ? never : Axes]
    ? Seen['length']
    : EmptyAxis<Tail, Axes, [...Seen, Head]>
  : null;

/** The shape of `argMax` and `argMin` with the options `axis` (all elements) and `keepDims` (false), in types. */
export type ArgReduceShape<S, O, Op extends string> = [Option<O, 'axis', null>] extends [null]
  ? IsOpen<S> extends true
    ? IsFull<O> extends true
      ? []
      : Dims
    : S extends readonly unknown[]
      ? Product<S> extends 0
        ? ShapeError<`${Op}: there is no ${Op} of no elements: axis 0 has size 0`>
        : [Option<O, 'keepDims', false>] extends [false]
          ? []
          : [Option<O, 'keepDims', false>] extends [true]
            ? Repeat<1, S['length'] & number>
            : Dims
      : Dims
  : IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxisIn<S, Option<O, 'axis', null>, Op> extends infer A
        ? A extends ShapeError
          ? A
          : EmptyAxis<S, A> extends infer Axis extends number
            ? ShapeError<`${Op}: there is no ${Op} of no elements: axis ${Axis} has size 0`>
            : Reduced<S, A, Option<O, 'keepDims', false>>
        : never
      : Dims;
