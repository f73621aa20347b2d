import { axisIn } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { AxisIn, AxisList, HasTwice, OneOf, SomeOrder, WithoutAxes } from './axes.js';
import type { Dims } from './dims.js';
import type { IsOpen, Option, ShapeError, Show } from './typed.js';

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

/** The shape with its axes in the order of `Perm` (reversed where that is `undefined`), in types. */
export type PermuteShape<S, Perm, Op extends string = 'transpose'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? [Perm] extends [null | undefined]
        ? Reversed<S>
        : Perm extends readonly unknown[]
          ? number extends Perm['length']
            ? SomeOrder<S>
            : PermuteBy<S, Perm, PermAxes<S, Perm, Op>, Op>
          : SomeOrder<S>
      : Dims;
type Reversed<S extends readonly unknown[], R extends readonly unknown[] = []> = S extends readonly [
  infer Head,
  ...infer Tail,
]
  ? Reversed<Tail, [Head, ...R]>
  : R;
type PermAxes<
  S extends readonly unknown[],
  Perm extends readonly unknown[],
  Op extends string,
  Done extends readonly unknown[] = [],
> = Perm extends readonly [infer Head, ...infer Tail]
  ? AxisIn<S, Head, Op, 'perm'> extends infer A
    ? A extends ShapeError
      ? A
      : PermAxes<S, Tail, Op, [...Done, A]>
    : never
  : Done;
type PermuteBy<S extends readonly unknown[], Perm, Axes, Op extends string> = Axes extends readonly unknown[]
  ? Axes['length'] extends S['length']
    ? number extends Axes[number]
      ? Sizes<S, Axes>
      : HasTwice<Axes> extends true
        ? ShapeError<PermMessage<S, Perm, Op>>
        : Sizes<S, Axes>
    : ShapeError<PermMessage<S, Perm, Op>>
  : Axes;
type PermMessage<
  S extends readonly unknown[],
  Perm,
  Op extends string,
> = `${Op}: perm must name each of the ${S['length']} axes once. Received perm=${Show<Perm>}`;
/** The sizes of `S` along each of a tuple of axes. */
type Sizes<S extends readonly unknown[], Axes extends readonly unknown[]> = {
  -readonly [K in keyof Axes]: number extends Axes[K] ? OneOf<S[number]> : S[Axes[K] & number];
};

/** The shape of a Permute layer with the option `dims`, which counts the axes of a sample from 1. */
export type PermuteLayerShape<S, O, Op extends string> =
  Option<O, 'dims', readonly number[]> extends infer P
    ? IsOpen<S> extends true
      ? Dims
      : S extends readonly [infer Batch, ...infer Sample]
        ? P extends readonly unknown[]
          ? number extends P['length']
            ? [Batch, ...SomeOrder<Sample>]
            : [0, ...P]['length'] extends S['length']
              ? Sizes<S, [0, ...P]>
              : ShapeError<PermuteRankMessage<S, P, Op>>
          : [Batch, ...SomeOrder<Sample>]
        : P extends readonly unknown[]
          ? number extends P['length']
            ? Dims
            : ShapeError<PermuteRankMessage<S, P, Op>>
          : Dims
    : never;
type PermuteRankMessage<
  S,
  P extends readonly unknown[],
  Op extends string,
> = `${Op}: the input must have rank ${[0, ...P]['length'] & number}: the batch and an axis per entry of dims. Received input=${Show<S>}, dims=${Show<P>}`;

/** The shape after `moveaxis`, in types. */
export type MoveaxisShape<S, From, To, Op extends string = 'moveaxis'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxisList<S, From, Op, 'source'> extends infer F
        ? AxisList<S, To, Op, 'destination'> extends infer T
          ? F extends ShapeError
            ? F
            : T extends ShapeError
              ? T
              : F extends readonly unknown[]
                ? T extends readonly unknown[]
                  ? F['length'] extends T['length']
                    ? Moved<S, F, T, WithoutAxes<S, F[number]>>
                    : ShapeError<`${Op}: source and destination must name equally many axes. Received source=${ShowAxes<From>}, destination=${ShowAxes<To>}`>
                  : SomeOrder<S>
                : SomeOrder<S>
          : never
        : never
      : Dims;
type ShowAxes<A> = A extends readonly unknown[] ? Show<A> : `${A & number}`;
type Moved<
  S extends readonly unknown[],
  From extends readonly unknown[],
  To extends readonly unknown[],
  Rest extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = Done['length'] extends S['length']
  ? Done
  : PlaceIn<To, Done['length']> extends infer Place
    ? [Place] extends [never]
      ? Rest extends readonly [infer Head, ...infer Tail]
        ? Moved<S, From, To, Tail, [...Done, Head]>
        : Done
      : Moved<S, From, To, Rest, [...Done, S[From[Place & number] & number]]>
    : never;
type PlaceIn<T extends readonly unknown[], V, Seen extends readonly unknown[] = []> = T extends readonly [
  infer Head,
  ...infer Tail,
]
  ? [Head] extends [V]
    ? Seen['length']
    : PlaceIn<Tail, V, [...Seen, Head]>
  : never;

/** The shape after `swapaxes`, in types. */
export type SwapaxesShape<S, A, B, Op extends string = 'swapaxes'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxisIn<S, A, Op, 'axis1'> extends infer One
        ? AxisIn<S, B, Op, 'axis2'> extends infer Two
          ? One extends ShapeError
            ? One
            : Two extends ShapeError
              ? Two
              : number extends One | Two
                ? SomeOrder<S>
                : Swapped<S, S, One & number, Two & number>
          : never
        : never
      : Dims;
type Swapped<
  S extends readonly unknown[],
  Left extends readonly unknown[],
  A extends number,
  B extends number,
  Done extends readonly unknown[] = [],
> = Left extends readonly [infer Head, ...infer Tail]
  ? Swapped<
      S,
      Tail,
      A,
      B,
      [...Done, Done['length'] extends A ? S[B] : Done['length'] extends B ? S[A] : Head]
    >
  : Done;
