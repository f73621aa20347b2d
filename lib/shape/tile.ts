import { argumentError } from '../errors.js';
import type { AllNatural, IsUnnatural } from './arithmetic.js';
import type { AxisIn } from './axes.js';
import type { Plus } from './concat.js';
import { type Dims, elementCount, rowMajorStrides } from './dims.js';
import type { Drop, IsOpen, Product, ShapeError, Show, Take, Times } from './typed.js';

/** Repetitions per axis as NumPy aligns them: missing ones are 1 in front, and so are missing axes of the input. */
export function tileCounts(
  op: string,
  input: Dims,
  reps: unknown,
): { input: Dims; counts: readonly number[] } {
  const list = Array.isArray(reps) ? Array.from(reps as readonly unknown[]) : [reps];
  for (const count of list) {
    if (!Number.isSafeInteger(count) || (count as number) < 0) {
      throw argumentError(op, 'every repetition must be an integer of at least 0', { reps });
    }
  }
  const rank = Math.max(input.length, list.length);
  return {
    input: [...new Array<number>(rank - input.length).fill(1), ...input],
    counts: [...new Array<number>(rank - list.length).fill(1), ...(list as number[])],
  };
}

/** Sizes times repetitions. */
export function tiledShape(op: string, input: Dims, counts: readonly number[]): Dims {
  const shape = input.map((dim, axis) => (dim === null ? null : dim * (counts[axis] as number)));
  elementCount(
    op,
    shape.map((dim) => dim ?? 1),
  );
  return shape;
}

/**
 * Tiling as a strided view: each repeated axis becomes two, the repetition (stride 0) and the axis itself; axes that
 * are not repeated merge with the axis before them, which keeps the number of axes small.
 */
export function tileView(
  input: Dims,
  counts: readonly number[],
): { shape: Dims; strides: readonly number[] } {
  const shape: (number | null)[] = [];
  const strides: number[] = [];
  const elements = rowMajorStrides(input);
  input.forEach((dim, axis) => {
    const stride = elements[axis] as number;
    const count = counts[axis] as number;
    const last = shape.length - 1;
    if (count !== 1) {
      shape.push(count, dim);
      strides.push(0, stride);
    } else if (last >= 0) {
      const before = shape[last] as number | null;
      shape[last] = before === null || dim === null ? null : before * dim;
      strides[last] = stride;
    } else {
      shape.push(dim);
      strides.push(stride);
    }
  });
  return { shape, strides };
}

/** The shape of `tile` in types. */
export type TileShape<S, Reps, Op extends string = 'tile'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? Reps extends readonly unknown[]
        ? number extends Reps['length']
          ? Dims
          : TiledBy<S, Reps, Reps, Op>
        : [Reps] extends [number]
          ? TiledBy<S, [Reps], Reps, Op>
          : Dims
      : Dims;
type TiledBy<S extends readonly unknown[], Counts extends readonly unknown[], Reps, Op extends string> =
  AnyUnnatural<Counts> extends true
    ? ShapeError<`${Op}: every repetition must be an integer of at least 0. Received reps=${ShowReps<Reps>}`>
    : Tiled<S, Counts>;
type ShowReps<R> = R extends readonly unknown[] ? Show<R> : `${R & number}`;
type AnyUnnatural<T extends readonly unknown[]> = T extends readonly [infer Head, ...infer Tail]
  ? IsUnnatural<Head> extends true
    ? true
    : AnyUnnatural<Tail>
  : false;
/** Sizes times counts, aligned at the last; what is missing is 1. */
type Tiled<
  S extends readonly unknown[],
  Counts extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = S extends readonly [...infer Sizes, infer Size]
  ? Counts extends readonly [...infer Others, infer Count]
    ? Tiled<Sizes, Others, [Times<Size, Count>, ...Done]>
    : [...S, ...Done]
  : [...Counts, ...Done];

/** The shape of `repeat` in types; `undefined` without an axis: of the flat tensor. */
export type RepeatShape<S, Repeats, Axis, Op extends string = 'repeat'> =
  IsOpen<S> extends true
    ? [Axis] extends [undefined]
      ? [number | null]
      : Dims
    : S extends readonly unknown[]
      ? [Axis] extends [undefined]
        ? RepeatedAlong<[Product<S>], Repeats, 0, Op>
        : AxisIn<S, Axis, Op> extends infer A
          ? A extends ShapeError
            ? A
            : number extends A
              ? Dims
              : RepeatedAlong<S, Repeats, A & number, Op>
          : never
      : Dims;
type RepeatedAlong<
  S extends readonly unknown[],
  Repeats,
  Axis extends number,
  Op extends string,
> = Repeats extends readonly unknown[]
  ? number extends Repeats['length']
    ? WithSize<S, Axis, number>
    : AllNatural<[S[Axis]]> extends true
      ? Repeats['length'] extends S[Axis]
        ? AnyUnnatural<Repeats> extends true
          ? ShapeError<`${Op}: repeats must be integers of at least 0. Received repeats=${Show<Repeats>}`>
          : WithSize<S, Axis, Sum<Repeats>>
        : ShapeError<`${Op}: axis ${Axis} of size ${S[Axis] & number} needs one number of repeats per slice. Received repeats=${Show<Repeats>}`>
      : [S[Axis]] extends [null]
        ? ShapeError<`${Op}: axis ${Axis} of size null needs one number of repeats per slice. Received repeats=${Show<Repeats>}`>
        : WithSize<S, Axis, Sum<Repeats>>
  : IsUnnatural<Repeats> extends true
    ? ShapeError<`${Op}: repeats must be an integer of at least 0. Received repeats=${Repeats & number}`>
    : WithSize<
        S,
        Axis,
        [Repeats] extends [number] ? Times<S[Axis], Repeats> : number | Extract<S[Axis], null>
      >;
type Sum<T extends readonly unknown[], R = 0> = T extends readonly [infer Head, ...infer Tail]
  ? Sum<Tail, Plus<R, Head>>
  : R;
type WithSize<S extends readonly unknown[], Axis extends number, Size> =
  Drop<S, Axis> extends readonly [unknown, ...infer Rest] ? [...Take<S, Axis>, Size, ...Rest] : S;
