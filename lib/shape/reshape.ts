import { argumentError, shapeError } from '../errors.js';
import type { Divides, DivMod, FloorDiv, IsLess, IsNatural, IsUnion, Multiply } from './arithmetic.js';
import type { AxesIn, AxisIn, SomeOrder, WithoutAxes } from './axes.js';
import { type Dims, elementCount, MAX_RANK } from './dims.js';
import { misfitReshape } from './explain/misfit.js';
import type { IsOpen, Option, Product, ShapeError, Show } from './typed.js';

/** The product of the known sizes. */
function knownCount(op: string, dims: Dims, name: string): number {
  return elementCount(
    op,
    dims.filter((dim): dim is number => dim !== null && dim !== -1),
    name,
  );
}

/** A target of `reshape`: integers of at least 0, -1 for the one to infer, `null` for an unknown size that stays. */
function targetDims(op: string, input: Dims, target: unknown): Dims {
  if (!Array.isArray(target)) throw argumentError(op, 'shape must be an array of sizes', { shape: target });
  if (target.length > MAX_RANK) {
    throw shapeError(op, `shape has ${target.length} axes, the most is ${MAX_RANK}`, { shape: target });
  }
  let inferred = 0;
  const dims = Array.from(target as readonly unknown[], (dim) => {
    if (dim === null) return null;
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < -1) {
      throw argumentError(op, 'every size of shape must be an integer of at least 0, or one of them -1', {
        input,
        shape: target,
      });
    }
    if (dim === -1) inferred++;
    return dim + 0;
  });
  if (inferred > 1) throw shapeError(op, 'only one size can be -1', { input, shape: target });
  return dims;
}

/**
 * The shape `reshape` gives: the number of elements stays, one size may be -1 and is inferred.
 * Unknown sizes: a `null` in the target stands for one in the input; without it, -1 takes the unknown part
 * and becomes `null` itself.
 *
 * @example
 * reshapeShape('reshape', [null, 784], [-1, 28, 28, 1]); // [null, 28, 28, 1]
 */
export function reshapeShape(op: string, input: Dims, target: unknown): Dims {
  const shape = targetDims(op, input, target);
  const unknownIn = input.filter((dim) => dim === null).length;
  const unknownOut = shape.filter((dim) => dim === null).length;
  const inferred = shape.includes(-1);
  const elements = knownCount(op, input, 'input');
  const others = knownCount(op, shape, 'shape');
  const received = { input, shape };
  const explain = () => misfitReshape(input, shape);
  if (unknownIn === 0 && unknownOut > 0) {
    throw argumentError(
      op,
      'a null in shape stands for an unknown size, and the input has none',
      received,
      'Use -1 for the size to infer',
    );
  }
  if (inferred && others === 0) {
    throw shapeError(op, 'cannot infer -1: the other sizes hold no elements', received);
  }
  if (unknownIn !== unknownOut) {
    if (!inferred && unknownOut === 0 && elements > 0 && others % elements !== 0) {
      throw shapeError(
        op,
        `a multiple of ${elements} elements cannot fill a shape of ${others}`,
        received,
        undefined,
        explain,
      );
    }
    return shape.map((dim) => (dim === -1 ? null : dim));
  }
  if (!inferred) {
    if (elements !== others) {
      throw shapeError(
        op,
        `${elements} elements cannot fill a shape of ${others}`,
        received,
        'One size may be -1 to be inferred',
        explain,
      );
    }
    return shape;
  }
  if (elements % others !== 0) {
    throw shapeError(
      op,
      `cannot infer -1: ${elements} elements do not divide by ${others}`,
      received,
      undefined,
      explain,
    );
  }
  return shape.map((dim) => (dim === -1 ? elements / others : dim));
}

/** What `reshapeShape` counts in a list of sizes: the product of the known ones, the `null`s, the -1s, and the rest. */
interface Counted<
  Known extends number,
  Nulls extends unknown[],
  Inferred extends unknown[],
  Open extends boolean,
  Bad extends boolean,
> {
  readonly known: Known;
  readonly nulls: Nulls['length'];
  readonly inferred: Inferred['length'];
  /** A size is a `number`. */
  readonly open: Open;
  /** A size is no integer, or less than -1. */
  readonly bad: Bad;
}
type AnyCount = Counted<number, unknown[], unknown[], boolean, boolean>;

type Count<
  S extends readonly unknown[],
  Known extends number = 1,
  Nulls extends unknown[] = [],
  Inferred extends unknown[] = [],
  Open extends boolean = false,
  Bad extends boolean = false,
> = S extends readonly [infer Head, ...infer Tail]
  ? [Head] extends [null]
    ? Count<Tail, Known, [...Nulls, null], Inferred, Open, Bad>
    : IsNatural<Head> extends true
      ? Count<Tail, Multiply<Known, Head & number>, Nulls, Inferred, Open, Bad>
      : Head extends -1
        ? IsUnion<Head> extends true
          ? Count<Tail, Known, Nulls, Inferred, true, Bad>
          : Count<Tail, Known, Nulls, [...Inferred, -1], Open, Bad>
        : IsNegative<Head> extends true
          ? Count<Tail, Known, Nulls, Inferred, Open, true>
          : Count<Tail, Known, Nulls, Inferred, true, Bad>
  : Counted<Known, Nulls, Inferred, Open, Bad>;
type IsNegative<N> =
  IsUnion<N> extends true
    ? false
    : [N] extends [number]
      ? `${N}` extends `-${string}` | `${string}.${string}`
        ? true
        : false
      : false;

/** `reshapeShape` in types: `S` to the target `T`. */
export type ReshapeShape<S, T, Op extends string = 'reshape'> =
  IsOpen<T> extends true
    ? Dims
    : T extends readonly unknown[]
      ? Count<T> extends infer C extends AnyCount
        ? C['bad'] extends true
          ? ShapeError<`${Op}: every size of shape must be an integer of at least 0, or one of them -1. Received input=${Show<S>}, shape=${Show<T>}`>
          : C['inferred'] extends 0 | 1
            ? IsOpen<S> extends true
              ? Inferred<T, number | null>
              : S extends readonly unknown[]
                ? Reshaped<S, T, Count<S>, C, Op>
                : never
            : ShapeError<`${Op}: only one size can be -1. Received input=${Show<S>}, shape=${Show<T>}`>
        : never
      : Dims;

/** `S` holds no -1. */
type Reshaped<
  S extends readonly unknown[],
  T extends readonly unknown[],
  From extends AnyCount,
  To extends AnyCount,
  Op extends string,
> = From['open'] extends true
  ? Inferred<T, To['nulls'] extends From['nulls'] ? number : number | null>
  : To['open'] extends true
    ? Inferred<T, To['nulls'] extends From['nulls'] ? number : number | null>
    : ReshapeFault<From, To> extends infer Fault extends string
      ? ShapeError<`${Op}: ${Fault}. Received input=${Show<S>}, shape=${Show<T>}`>
      : From['nulls'] extends To['nulls']
        ? To['inferred'] extends 0
          ? Inferred<T, number>
          : Inferred<T, FloorDiv<From['known'], To['known']>>
        : Inferred<T, null>;

/** What is wrong, or `null`; in the order of `reshapeShape`. */
type ReshapeFault<From extends AnyCount, To extends AnyCount> = [From['nulls'], To['nulls']] extends [
  0,
  infer Nulls,
]
  ? Nulls extends 0
    ? FillFault<From, To>
    : 'a null in shape stands for an unknown size, and the input has none'
  : FillFault<From, To>;

type FillFault<From extends AnyCount, To extends AnyCount> = [To['inferred'], To['known']] extends [1, 0]
  ? 'cannot infer -1: the other sizes hold no elements'
  : From['nulls'] extends To['nulls']
    ? To['inferred'] extends 0
      ? From['known'] extends To['known']
        ? null
        : `${From['known']} elements cannot fill a shape of ${To['known']}`
      : DivMod<From['known'], To['known']>[1] extends 0
        ? null
        : `cannot infer -1: ${From['known']} elements do not divide by ${To['known']}`
    : [To['inferred'], To['nulls']] extends [0, 0]
      ? From['known'] extends 0
        ? null
        : Divides<From['known'], To['known']> extends true
          ? null
          : `a multiple of ${From['known']} elements cannot fill a shape of ${To['known']}`
      : null;

/** The target with `Size` for -1. */
type Inferred<T extends readonly unknown[], Size> = {
  -readonly [K in keyof T]: T[K] extends -1 ? Size : T[K];
};

/** The axes `From` to `To`, both counted from the begin, merged into one. */
type Merge<
  S extends readonly unknown[],
  From extends number,
  To extends number,
  Done extends readonly unknown[] = [],
  Before extends readonly unknown[] = [],
  Merged extends readonly unknown[] = [],
> = S extends readonly [infer Head, ...infer Tail]
  ? Before['length'] extends From
    ? Done['length'] extends To
      ? [...Before, Product<[...Merged, Head]>, ...Tail]
      : Merge<Tail, From, To, [...Done, Head], Before, [...Merged, Head]>
    : Merge<Tail, From, To, [...Done, Head], [...Before, Head], Merged>
  : [...Before, Product<Merged>];

/** The shape of `flatten` in types. */
export type FlattenShape<S, From, To, Op extends string = 'flatten'> =
  IsOpen<S> extends true
    ? [From, To] extends [0, -1]
      ? [number | null]
      : Dims
    : S extends readonly [unknown, ...unknown[]]
      ? AxisIn<S, From, Op, 'fromAxis'> extends infer F
        ? AxisIn<S, To, Op, 'toAxis'> extends infer T
          ? F extends ShapeError
            ? F
            : T extends ShapeError
              ? T
              : number extends F | T
                ? Dims
                : IsLess<T & number, F & number> extends true
                  ? ShapeError<`${Op}: fromAxis must not come after toAxis. Received fromAxis=${From & number}, toAxis=${To & number}`>
                  : Merge<S, F & number, T & number>
          : never
        : never
      : [1];

/** The shape of `squeeze` in types; `undefined`: all axes of size 1. */
export type SqueezeShape<S, Axis, Op extends string = 'squeeze'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? [Axis] extends [undefined]
        ? WithoutOnes<S>
        : AxesIn<S, Axis, Op> extends infer A
          ? [A] extends [never]
            ? S
            : [A] extends [ShapeError]
              ? A
              : number extends A
                ? Dims
                : NoOne<S, A> extends infer Fault extends readonly unknown[]
                  ? ShapeError<`${Op}: axis ${Fault[0] & number} has size ${ShowOne<Fault[1]>}, only axes of size 1 can go. Received input=${Show<S>}, axis=${ShowAxes<Axis>}`>
                  : WithoutAxes<S, A>
          : never
      : Dims;
type ShowAxes<A> = A extends readonly unknown[] ? Show<A> : `${A & number}`;
type ShowOne<Size> = Size extends null ? 'null' : `${Size & number}`;
/** All but the sizes of 1; `Dims` where a size may be 1. */
type WithoutOnes<S extends readonly unknown[], Done extends readonly unknown[] = []> = S extends readonly [
  infer Head,
  ...infer Tail,
]
  ? IsNatural<Head> extends true
    ? WithoutOnes<Tail, Head extends 1 ? Done : [...Done, Head]>
    : [Head] extends [null]
      ? WithoutOnes<Tail, [...Done, Head]>
      : Dims
  : Done;
/** The first of the axes whose size surely is not 1, and that size; else `null`. */
type NoOne<S extends readonly unknown[], Axes, Seen extends readonly unknown[] = []> = S extends readonly [
  infer Head,
  ...infer Tail,
]
  ? [Seen['length']] extends [Axes]
    ? IsNatural<Head> extends true
      ? Head extends 1
        ? NoOne<Tail, Axes, [...Seen, Head]>
        : [Seen['length'], Head]
      : [Head] extends [null]
        ? [Seen['length'], null]
        : NoOne<Tail, Axes, [...Seen, Head]>
    : NoOne<Tail, Axes, [...Seen, Head]>
  : null;

/** The shape of `expandDims` in types. */
export type ExpandShape<S, Axis, Op extends string = 'expandDims'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? Axis extends readonly unknown[]
        ? number extends Axis['length']
          ? Dims
          : Expanded<S, AxesIn<[...S, ...Axis], Axis, Op>, Axis['length']>
        : Expanded<S, AxesIn<[...S, unknown], Axis, Op>, 1>
      : Dims;
type Expanded<S extends readonly unknown[], Axes, Count> = [Axes] extends [never]
  ? S
  : [Axes] extends [ShapeError]
    ? Axes
    : number extends Axes
      ? Count extends 1
        ? SomeOrder<[...S, 1]>
        : Dims
      : ExpandedAt<S, Axes>;
type ExpandedAt<S extends readonly unknown[], Axes, Done extends readonly unknown[] = []> = [
  Done['length'],
] extends [Axes]
  ? ExpandedAt<S, Axes, [...Done, 1]>
  : S extends readonly [infer Head, ...infer Tail]
    ? ExpandedAt<Tail, Axes, [...Done, Head]>
    : Done;

/** The shape of a Flatten layer. */
export type FlattenLayerShape<S, Op extends string> =
  IsOpen<S> extends true
    ? [number | null, number | null]
    : S extends readonly [infer Batch, ...infer Sample]
      ? [Batch, Product<Sample>]
      : ShapeError<`${Op}: the input must have a batch axis. Received input=[]`>;

/** The shape of a Reshape layer: each sample of `S` to the option `targetShape`, where `null` is -1 too. */
export type ReshapeLayerShape<S, O, Op extends string> =
  Option<O, 'targetShape', readonly number[]> extends infer T
    ? IsOpen<S> extends true
      ? ReshapedSample<null | number, ReshapeShape<Dims, Minus1<T>, Op>>
      : S extends readonly [infer Batch, ...infer Sample]
        ? ReshapedSample<Batch, ReshapeShape<Sample, Minus1<T>, Op>>
        : ShapeError<`${Op}: the input must have a batch axis. Received input=[]`>
    : never;
type Minus1<T> = T extends readonly unknown[]
  ? { [K in keyof T]: [T[K]] extends [null] ? -1 : T[K] }
  : readonly number[];
type ReshapedSample<Batch, R> =
  IsOpen<R> extends true
    ? R extends ShapeError
      ? R
      : Dims
    : R extends readonly unknown[]
      ? [Batch, ...R]
      : R;
