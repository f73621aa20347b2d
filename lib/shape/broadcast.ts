import { shapeError } from '../errors.js';
import type { IsNatural, Subtract } from './arithmetic.js';
import type { Dims } from './dims.js';
import { misfitBroadcast } from './explain/misfit-products.js';
import type { Drop, IsOpen, Plain, ShapeError, Show } from './typed.js';

/** What a message says when the shapes are parts of what the caller gave. */
interface BroadcastContext {
  /** The shapes as the caller gave them. Default: the two that meet, as a and b. */
  readonly received?: Readonly<Record<string, unknown>>;
  /** Axes behind those that broadcast. Default 0. */
  readonly trailing?: number;
}

/**
 * The shape two shapes broadcast to, as NumPy: aligned at the last axis, sizes equal or one of them 1.
 * An unknown size meets 1 as unknown, and any other size as that size.
 *
 * @example
 * broadcastShapes('add', [null, 28, 28, 3], [3]); // [null, 28, 28, 3]
 */
export function broadcastShapes(op: string, a: Dims, b: Dims, context: BroadcastContext = {}): Dims {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number | null>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const left = fromEnd > a.length ? 1 : (a[a.length - fromEnd] as number | null);
    const right = fromEnd > b.length ? 1 : (b[b.length - fromEnd] as number | null);
    if (left === right || right === 1) result[rank - fromEnd] = left;
    else if (left === 1 || left === null) result[rank - fromEnd] = right;
    else if (right === null) result[rank - fromEnd] = left;
    else {
      throw shapeError(
        op,
        `the shapes do not broadcast: ${left} meets ${right} at axis ${-fromEnd - (context.trailing ?? 0)}`,
        context.received ?? { a, b },
        'Sizes must be equal, or one of them 1',
        () => misfitBroadcast(a, b),
      );
    }
  }
  return result;
}

/** The shape of any number of shapes broadcast together; `received` is what a message shows of them. */
export function broadcastAll(
  op: string,
  shapes: readonly Dims[],
  received: Readonly<Record<string, unknown>> = { shapes },
): Dims {
  return shapes.reduce((whole, shape) => broadcastShapes(op, whole, shape, { received }), [] as Dims);
}

/** Checks that `input` can be repeated to `shape` along axes of size 1 and new axes in front, and returns `shape`. */
export function broadcastToShape(op: string, input: Dims, shape: Dims): Dims {
  const extra = shape.length - input.length;
  if (extra < 0) {
    throw shapeError(op, `the shape has fewer axes than the input`, { input, shape });
  }
  return shape.map((to, axis) => {
    const from = axis < extra ? 1 : (input[axis - extra] as number | null);
    if (from === to || from === 1) return to;
    if (from === null) return to;
    if (to === null) return from;
    throw shapeError(
      op,
      `axis ${axis} cannot be repeated from ${from} to ${to}`,
      { input, shape },
      'Only axes of size 1 are repeated',
    );
  });
}

/** Two sizes that meet in types: what they broadcast to, or `never` when they do not. */
export type Meet<L, R> = [L] extends [never]
  ? R
  : L extends 1
    ? IsNatural<L> extends true
      ? R
      : MeetOpen<L, R>
    : MeetOpen<L, R>;
type MeetOpen<L, R> =
  IsNatural<R> extends true
    ? R extends 1
      ? L
      : IsNatural<L> extends true
        ? L extends R
          ? L
          : never
        : R
    : IsNatural<L> extends true
      ? L
      : [L] extends [null]
        ? [R] extends [null]
          ? null
          : number | null
        : null extends L | R
          ? number | null
          : number;

/** Where sizes do not broadcast: the two, and the axis counted from the end. */
export interface Clash<L, R, FromEnd extends number> {
  readonly left: L;
  readonly right: R;
  readonly fromEnd: FromEnd;
}

/** `broadcastShapes` in types without the message: a tuple, or a `Clash`. `Trailing` are axes behind those that broadcast. */
export type Broadcast<
  A extends readonly unknown[],
  B extends readonly unknown[],
  Seen extends readonly unknown[] = [unknown],
  Done extends readonly unknown[] = [],
> = A extends readonly [...infer As, infer L]
  ? B extends readonly [...infer Bs, infer R]
    ? [Meet<L, R>] extends [never]
      ? Clash<L, R, Seen['length']>
      : Broadcast<As, Bs, [...Seen, unknown], [Meet<L, R>, ...Done]>
    : [...A, ...Done]
  : [...B, ...Done];

/** What is wrong with the two sizes of a `Clash`. */
export type ClashRule<L, R, FromEnd> =
  `the shapes do not broadcast: ${L & number} meets ${R & number} at axis -${FromEnd & number}`;

/** The shape that `A` and `B` broadcast to. */
export type BroadcastShape<A, B, Op extends string> = [IsOpen<A>, IsOpen<B>] extends [false, false]
  ? A extends readonly unknown[]
    ? B extends readonly unknown[]
      ? Broadcast<A, B> extends infer R
        ? R extends Clash<infer L, infer Right, infer N>
          ? ShapeError<`${Op}: ${ClashRule<L, Right, N>}. Received a=${Show<A>}, b=${Show<B>}`>
          : R
        : never
      : Dims
    : Dims
  : Dims;

/** The shape that all of a list of shapes broadcast to. */
export type BroadcastAll<
  Shapes extends readonly unknown[],
  Op extends string,
  Whole extends readonly unknown[] = [],
> = Shapes extends readonly [infer S, ...infer Rest]
  ? IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? Broadcast<Whole, S> extends infer R
        ? R extends Clash<infer L, infer Right, infer N>
          ? ShapeError<`${Op}: ${ClashRule<L, Right, N>}`>
          : R extends readonly unknown[]
            ? BroadcastAll<Rest, Op, R>
            : Dims
        : never
      : Dims
  : number extends Shapes['length']
    ? Dims
    : Whole;

/** `broadcastToShape` in types. */
export type BroadcastToShape<S, T, Op extends string = 'broadcastTo'> = [IsOpen<S>, IsOpen<T>] extends [
  false,
  false,
]
  ? S extends readonly unknown[]
    ? T extends readonly unknown[]
      ? Drop<S, T['length']>['length'] extends 0
        ? RepeatedTo<S, T> extends infer R
          ? R extends readonly unknown[]
            ? R
            : R extends Clash<infer From, infer To, infer FromEnd>
              ? ShapeError<`${Op}: axis ${Subtract<T['length'], FromEnd>} cannot be repeated from ${From & number} to ${To &
                  number}. Received input=${Show<S>}, shape=${Show<T>}`>
              : never
          : never
        : ShapeError<`${Op}: the shape has fewer axes than the input. Received input=${Show<S>}, shape=${Show<T>}`>
      : Dims
    : Dims
  : IsOpen<T> extends true
    ? Dims
    : T extends readonly unknown[]
      ? Plain<T>
      : Dims;
type RepeatedTo<
  S extends readonly unknown[],
  T extends readonly unknown[],
  Seen extends readonly unknown[] = [unknown],
  Done extends readonly unknown[] = [],
> = S extends readonly [...infer Ss, infer From]
  ? T extends readonly [...infer Ts, infer To]
    ? From extends 1
      ? RepeatedTo<Ss, Ts, [...Seen, unknown], [To, ...Done]>
      : [IsNatural<From>, IsNatural<To>] extends [true, true]
        ? From extends To
          ? RepeatedTo<Ss, Ts, [...Seen, unknown], [To, ...Done]>
          : RepeatedTo<Ss, Ts, [...Seen, unknown]> extends infer Before
            ? [Before] extends [readonly unknown[]]
              ? Clash<From, To, Seen['length']>
              : Before
            : never
        : RepeatedTo<Ss, Ts, [...Seen, unknown], [[To] extends [null] ? From : To, ...Done]>
    : Done
  : [...T, ...Done];
