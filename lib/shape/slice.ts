import { argumentError } from '../errors.js';
import type { Add, CeilDiv, Compare, IsLess, IsNatural, IsUnion, Subtract } from './arithmetic.js';
import type { AxisIn, WithoutAxes } from './axes.js';
import { type Dims, rowMajorStrides } from './dims.js';
import type { Drop, IsOpen, ShapeError, Show, Take, Unknown } from './typed.js';

/** A part of a tensor as a strided view of it: what a `copy` node needs. */
export interface SliceGeometry {
  readonly shape: Dims;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Bounds of a slice, one item per leading axis; `null` means the end of the axis on that side. */
export type Bounds = readonly (number | null)[];

function bounds(op: string, name: string, value: unknown, rank: number): Bounds {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw argumentError(op, `${name} must be an array, one item per axis`, { [name]: value });
  if (value.length > rank) {
    throw argumentError(op, `${name} has ${value.length} items for a tensor of rank ${rank}`, {
      [name]: value,
    });
  }
  return Array.from(value as readonly unknown[], (item) => {
    if (item === null || Number.isSafeInteger(item)) return item as number | null;
    throw argumentError(op, `every item of ${name} must be an integer or null`, { [name]: value });
  });
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** First index and number of the items that Python's `begin:end:stride` picks from `size`. */
function pick(
  size: number,
  begin: number | null,
  end: number | null,
  stride: number,
): [first: number, count: number] {
  const [least, most] = stride > 0 ? [0, size] : [-1, size - 1];
  const resolve = (bound: number | null, fallback: number): number =>
    bound === null ? fallback : clamp(bound < 0 ? bound + size : bound, least, most);
  const first = resolve(begin, stride > 0 ? least : most);
  const last = resolve(end, stride > 0 ? most : least);
  return [first, Math.max(0, Math.ceil((last - first) / stride))];
}

/**
 * Python's slicing: negative bounds count from the end, bounds beyond an axis are cut, negative strides walk back.
 * An axis of unknown size stays unknown.
 *
 * @example
 * sliceGeometry('slice', [10, 4], [-3], undefined, undefined).shape; // [3, 4]
 */
export function sliceGeometry(
  op: string,
  input: Dims,
  begin: unknown,
  end: unknown,
  strides: unknown,
): SliceGeometry {
  const rank = input.length;
  const begins = bounds(op, 'begin', begin, rank);
  const ends = bounds(op, 'end', end, rank);
  const steps = bounds(op, 'strides', strides, rank);
  if (steps.includes(0)) throw argumentError(op, 'strides must not be 0', { strides });
  const elements = rowMajorStrides(input);
  let offset = 0;
  const shape = input.map((size, axis) => {
    if (size === null) return null;
    const [first, count] = pick(size, begins[axis] ?? null, ends[axis] ?? null, steps[axis] ?? 1);
    if (count > 0) offset += first * (elements[axis] as number);
    return count;
  });
  const outer = elements.map((stride, axis) => (shape[axis] === 1 ? stride : stride * (steps[axis] ?? 1)));
  return { shape, offset: shape.includes(0) ? 0 : offset, strides: outer };
}

/** `sliceGeometry` in types; `undefined` where a list of bounds is not given. */
export type SliceShape<S, Begin, End, Steps, Op extends string = 'slice'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? SliceFault<S, Begin, End, Steps> extends infer Fault extends string
        ? ShapeError<`${Op}: ${Fault}`>
        : Sliced<S, Begin, End, Steps>
      : Dims;

/** What is wrong with the bounds, or `null`. */
type SliceFault<S extends readonly unknown[], Begin, End, Steps> =
  TooManyItems<S, Begin> extends true
    ? TooManyMessage<S, Begin, 'begin'>
    : TooManyItems<S, End> extends true
      ? TooManyMessage<S, End, 'end'>
      : TooManyItems<S, Steps> extends true
        ? TooManyMessage<S, Steps, 'strides'>
        : HasZero<Steps> extends true
          ? `strides must not be 0. Received strides=${Show<Steps>}`
          : null;
type TooManyItems<S extends readonly unknown[], B> = B extends readonly unknown[]
  ? number extends B['length']
    ? false
    : Drop<B, S['length'] & number>['length'] extends 0
      ? false
      : true
  : false;
type TooManyMessage<S extends readonly unknown[], B, Name extends string> = B extends readonly unknown[]
  ? `${Name} has ${B['length']} items for a tensor of rank ${S['length']}. Received ${Name}=${Show<B>}`
  : never;
type HasZero<B> = B extends readonly [infer Head, ...infer Tail]
  ? [Head] extends [0]
    ? true
    : HasZero<Tail>
  : false;

type Sliced<
  S extends readonly unknown[],
  Begin,
  End,
  Steps,
  Done extends readonly unknown[] = [],
> = S extends readonly [infer Size, ...infer Rest]
  ? Sliced<
      Rest,
      Begin,
      End,
      Steps,
      [
        ...Done,
        Picked<
          Size,
          BoundAt<Begin, Done['length']>,
          BoundAt<End, Done['length']>,
          BoundAt<Steps, Done['length']>
        >,
      ]
    >
  : Done;
/** The bound of an axis: `null` without one, `number | null` where it is not known. */
type BoundAt<B, Axis extends number> = [B] extends [null | undefined]
  ? null
  : B extends readonly unknown[]
    ? number extends B['length']
      ? number | null
      : `${Axis}` extends keyof B
        ? B[Axis]
        : null
    : number | null;

/** `pick` in types: how many items Python's begin:end:step takes of a size. */
type Picked<Size, Begin, End, Step> =
  IsNatural<Size> extends true
    ? [Step] extends [null]
      ? Forward<Size & number, Begin, End, 1>
      : [Step] extends [number]
        ? IsOne<Step> extends true
          ? `${Step}` extends `-${infer Back extends number}`
            ? Backward<Size & number, Begin, End, Back>
            : IsNatural<Step> extends true
              ? Forward<Size & number, Begin, End, Step>
              : number
          : number
        : number
    : Unknown<Size>;
/** Whether T is one literal. */
type IsOne<T extends number> = number extends T ? false : IsUnion<T> extends true ? false : true;

type Forward<Size extends number, Begin, End, Step extends number> = [
  FrontBound<Size, Begin, 0>,
  FrontBound<Size, End, Size>,
] extends [infer First, infer Last]
  ? IsNatural<First> extends true
    ? IsNatural<Last> extends true
      ? Compare<First & number, Last & number> extends 'less'
        ? CeilDiv<Subtract<Last & number, First & number>, Step>
        : 0
      : number
    : number
  : never;
/** A bound held within 0 and the size. */
type FrontBound<Size extends number, Bound, Fallback> = [Bound] extends [null]
  ? Fallback
  : IsNatural<Bound> extends true
    ? IsLess<Bound & number, Size> extends true
      ? Bound
      : Size
    : [Bound] extends [number]
      ? IsOne<Bound> extends true
        ? `${Bound}` extends `-${infer N extends number}`
          ? IsLess<N, Size> extends true
            ? Subtract<Size, N>
            : 0
          : number
        : number
      : number;

/** Bounds are one larger here, because the last of a walk back may be -1. */
type Backward<Size extends number, Begin, End, Step extends number> = [
  BackBound<Size, Begin, Size>,
  BackBound<Size, End, 0>,
] extends [infer First, infer Last]
  ? IsNatural<First> extends true
    ? IsNatural<Last> extends true
      ? Compare<Last & number, First & number> extends 'less'
        ? CeilDiv<Subtract<First & number, Last & number>, Step>
        : 0
      : number
    : number
  : never;
type BackBound<Size extends number, Bound, Fallback> = [Bound] extends [null]
  ? Fallback
  : IsNatural<Bound> extends true
    ? IsLess<Bound & number, Size> extends true
      ? Add<Bound & number, 1>
      : Size
    : [Bound] extends [number]
      ? IsOne<Bound> extends true
        ? `${Bound}` extends `-${infer N extends number}`
          ? IsLess<Size, N> extends true
            ? 0
            : Add<Subtract<Size, N>, 1>
          : number
        : number
      : number;

/** The shape of `take` in types: an axis less. */
export type TakeShape<S, Index, Axis, Op extends string = 'take'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? AxisIn<S, Axis, Op> extends infer A
        ? A extends ShapeError
          ? A
          : number extends A
            ? Dims
            : IsOutside<S[A & number], Index> extends true
              ? ShapeError<`${Op}: the index is outside axis ${A & number} of size ${S[A & number] &
                  number}. Received index=${Index & number}, input=${Show<S>}`>
              : WithoutAxes<S, A>
        : never
      : Dims;
type IsOutside<Size, Index> =
  IsNatural<Size> extends true
    ? [Index] extends [number]
      ? IsOne<Index> extends true
        ? `${Index}` extends `-${infer N extends number}`
          ? IsLess<Size & number, N>
          : IsNatural<Index> extends true
            ? IsLess<Index, Size & number> extends true
              ? false
              : true
            : false
        : false
      : false
    : false;

/** The shape of `gather` in types: the indices' shape `I` in place of the axis. */
export type GatherShape<S, I, Axis, Op extends string = 'gather'> = [IsOpen<S>, IsOpen<I>] extends [
  false,
  false,
]
  ? S extends readonly unknown[]
    ? I extends readonly unknown[]
      ? AxisIn<S, Axis, Op> extends infer A
        ? A extends ShapeError
          ? A
          : number extends A
            ? Dims
            : S[A & number] extends 0
              ? GatherNone<S, I, A & number, Op>
              : [...Take<S, A & number>, ...I, ...After<S, A & number>]
        : never
      : Dims
    : Dims
  : Dims;
type After<S extends readonly unknown[], Axis extends number> =
  Drop<S, Axis> extends readonly [unknown, ...infer Rest] ? Rest : [];
type GatherNone<
  S extends readonly unknown[],
  I extends readonly unknown[],
  Axis extends number,
  Op extends string,
> = 0 extends I[number]
  ? [...Take<S, Axis>, ...I, ...After<S, Axis>]
  : number extends I[number]
    ? [...Take<S, Axis>, ...I, ...After<S, Axis>]
    : ShapeError<`${Op}: axis ${Axis} has no elements to index. Received input=${Show<S>}`>;
