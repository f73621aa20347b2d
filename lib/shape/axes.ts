import type { IsUnion } from './arithmetic.js';
import type { Axes, AxisOf, IsOpen, ShapeError, Show } from './typed.js';

/** The checks of axes in `check.ts`, in types. Where an axis is not known, it is `number`. */

/** `axisIn` in types: the axis of `S` counted from the begin, or an error. */
export type AxisIn<S extends readonly unknown[], Axis, Op extends string, Name extends string = 'axis'> =
  AxisOf<S, Axis> extends infer A
    ? [A] extends [never]
      ? ShapeError<`${Op}: ${AxisRule<S, Axis, Name>}. Received ${Name}=${Axis & number}`>
      : A
    : never;
type AxisRule<
  S extends readonly unknown[],
  Axis,
  Name extends string,
> = `${Axis & number}` extends `${string}.${string}`
  ? `${Name} must be an integer`
  : `${Name} is out of range for a tensor of rank ${S['length'] & number}`;

/** `axesIn` in types: the axes as a union (`never`: none; `number`: not known), or an error. */
export type AxesIn<S extends readonly unknown[], Axis, Op extends string, Name extends string = 'axis'> = [
  Axis,
] extends [null | undefined]
  ? AllAxes<S>
  : Axis extends readonly unknown[]
    ? AxisList<S, Axis, Op, Name> extends infer List
      ? List extends readonly unknown[]
        ? List[number]
        : List
      : never
    : AxisIn<S, Axis, Op, Name>;

type AllAxes<S extends readonly unknown[]> =
  Axes<S['length'] & number> extends infer A extends readonly number[] ? A[number] : never;

/** A list of axes, each once, in types: a tuple of axes counted from the begin, an error, or `number`. */
export type AxisList<
  S extends readonly unknown[],
  List,
  Op extends string,
  Name extends string = 'axis',
> = List extends readonly unknown[]
  ? number extends List['length']
    ? number
    : IsUnion<List> extends true
      ? number
      : Listed<S, List, List, Op, Name>
  : AxisIn<S, List, Op, Name> extends infer A
    ? A extends ShapeError
      ? A
      : number extends A
        ? number
        : [A]
    : never;
type Listed<
  S extends readonly unknown[],
  Left extends readonly unknown[],
  Whole extends readonly unknown[],
  Op extends string,
  Name extends string,
  Done extends readonly unknown[] = [],
> = Left extends readonly [infer Head, ...infer Tail]
  ? AxisIn<S, Head, Op, Name> extends infer A
    ? A extends ShapeError
      ? A
      : number extends A
        ? number
        : Listed<S, Tail, Whole, Op, Name, [...Done, A]>
    : never
  : HasTwice<Done> extends true
    ? ShapeError<`${Op}: ${Name} must not name an axis twice. Received ${Name}=${Show<Whole>}`>
    : Done;

/** Whether a tuple of literals holds one of them twice. */
export type HasTwice<T extends readonly unknown[]> = T extends readonly [infer Head, ...infer Tail]
  ? Head extends Tail[number]
    ? true
    : HasTwice<Tail>
  : false;

/** The sizes of `S` along the axes that are not among `Gone`, or 1 there with `Keep`. */
export type WithoutAxes<
  S extends readonly unknown[],
  Gone,
  Keep extends boolean = false,
  Seen extends readonly unknown[] = [],
  Done extends readonly unknown[] = [],
> = S extends readonly [infer Head, ...infer Tail]
  ? [Seen['length']] extends [Gone]
    ? WithoutAxes<Tail, Gone, Keep, [...Seen, Head], Keep extends true ? [...Done, 1] : Done>
    : WithoutAxes<Tail, Gone, Keep, [...Seen, Head], [...Done, Head]>
  : Done;

/** The size that is one of `Sizes`, it is not known which. */
export type OneOf<Sizes> = [Extract<Sizes, null>] extends [never]
  ? number
  : [Exclude<Sizes, null>] extends [never]
    ? null
    : number | null;

/** The sizes of `S` in an order that is not known. */
export type SomeOrder<S extends readonly unknown[]> = { -readonly [K in keyof S]: OneOf<S[number]> };

/** The shape of an op over some axes that keeps every size, in types: `S`, or the error about the axes. */
export type KeptShape<S, Axis, Op extends string> =
  IsOpen<S> extends true
    ? S
    : S extends readonly unknown[]
      ? Axis extends readonly []
        ? ShapeError<`${Op}: axis must name at least one axis. Received axis=[]`>
        : AxesIn<S, Axis, Op> extends infer A
          ? [A] extends [never]
            ? S
            : [A] extends [ShapeError]
              ? A
              : S
          : never
      : S;
