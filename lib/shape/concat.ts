import { argumentError, shapeError } from '../errors.js';
import type { Add, AllNatural, Compare, DivMod, IsNatural, Subtract } from './arithmetic.js';
import type { AxisIn, OneOf, SomeOrder } from './axes.js';
import type { Dims } from './dims.js';
import { misfitConcat } from './explain/misfit-products.js';
import type { Drop, IsOpen, Repeat, ShapeError, Show, Take, Unknown } from './typed.js';

/** The shape of tensors put one after the other along an axis (in [0, rank)): all other sizes must agree. */
export function concatShape(op: string, shapes: readonly Dims[], axis: number): Dims {
  const first = shapes[0] as Dims;
  const result = [...first];
  shapes.slice(1).forEach((shape, i) => {
    if (shape.length !== first.length) {
      throw shapeError(
        op,
        `all tensors must have one rank: tensor ${i + 1} has ${shape.length} axes, tensor 0 has ${first.length}`,
        { shapes },
      );
    }
    shape.forEach((size, at) => {
      const before = result[at] as number | null;
      if (at === axis) result[at] = before === null || size === null ? null : before + size;
      else if (before === null) result[at] = size;
      else if (size !== null && size !== before) {
        throw shapeError(
          op,
          `only axis ${axis} may differ: axis ${at} has size ${size} in tensor ${i + 1} and ${before} before it`,
          { shapes, axis },
          undefined,
          () => misfitConcat(shapes, axis),
        );
      }
    });
  });
  return result;
}

/**
 * The sizes of the parts of a split: equal parts for a number, else the sizes as given, one of which may be -1.
 * @param size the size of the axis that is split
 */
export function splitSizes(op: string, size: number, sections: unknown): readonly number[] {
  if (typeof sections === 'number') {
    if (!Number.isSafeInteger(sections) || sections < 1) {
      throw argumentError(op, 'the number of parts must be an integer of at least 1', { sections });
    }
    if (size % sections !== 0) {
      throw shapeError(
        op,
        `an axis of ${size} does not divide into ${sections} equal parts`,
        { size, sections },
        'Give the sizes of the parts as an array',
      );
    }
    return new Array<number>(sections).fill(size / sections);
  }
  if (!Array.isArray(sections) || sections.length === 0) {
    throw argumentError(op, 'sections must be a number of parts or an array of their sizes', { sections });
  }
  const sizes = Array.from(sections as readonly unknown[]);
  let total = 0;
  for (const part of sizes) {
    if (!Number.isSafeInteger(part) || (part as number) < -1) {
      throw argumentError(op, 'every size must be an integer of at least 0, or one of them -1', { sections });
    }
    if (part !== -1) total += part as number;
  }
  const open = sizes.filter((part) => part === -1).length;
  if (open > 1) throw argumentError(op, 'only one size can be -1', { sections });
  if (open === 0 ? total !== size : total > size) {
    throw shapeError(op, `the parts add up to ${total}, the axis has ${size}`, { sections });
  }
  return sizes.map((part) => (part === -1 ? size - total : (part as number)));
}

/** A + B, where either may be unknown. */
export type Plus<A, B> =
  IsNatural<A> extends true
    ? IsNatural<B> extends true
      ? Add<A & number, B & number>
      : Unknown<A | B>
    : Unknown<A | B>;

/** Two sizes that must be the same one: the known one of the two, or `never` where they differ. */
export type Agree<A, B> =
  IsNatural<A> extends true
    ? IsNatural<B> extends true
      ? A extends B
        ? A
        : never
      : A
    : IsNatural<B> extends true
      ? B
      : [A] extends [null]
        ? B
        : [B] extends [null]
          ? A
          : null extends A
            ? B
            : A;

/** `concatShape` in types: the shapes are a tuple, the axis may be negative. */
export type ConcatShape<Shapes, Axis, Op extends string = 'concat'> =
  IsOpen<Shapes> extends true
    ? Dims
    : Shapes extends readonly [infer First, ...infer Rest]
      ? IsOpen<First> extends true
        ? Dims
        : First extends readonly unknown[]
          ? AxisIn<First, Axis, Op> extends infer A
            ? A extends ShapeError
              ? A
              : Joined<Rest, First, A, { op: Op; shapes: Shapes; rank: First['length'] }>
            : never
          : Dims
      : Dims;
interface JoinContext {
  readonly op: string;
  readonly shapes: unknown;
  readonly rank: unknown;
}
type Joined<
  Shapes extends readonly unknown[],
  Whole extends readonly unknown[],
  Axis,
  C extends JoinContext,
  Seen extends readonly unknown[] = [unknown],
> = Shapes extends readonly [infer Next, ...infer Rest]
  ? IsOpen<Next> extends true
    ? Dims
    : Next extends readonly unknown[]
      ? Next['length'] extends C['rank']
        ? JoinTwo<Whole, Next, Axis, C, Seen['length']> extends infer R
          ? R extends readonly unknown[]
            ? Joined<Rest, R, Axis, C, [...Seen, unknown]>
            : R
          : never
        : ShapeError<`${C['op']}: all tensors must have one rank: tensor ${Seen['length']} has ${Next['length']} axes, tensor 0 has ${C['rank'] &
            number}. Received shapes=${Show<C['shapes']>}`>
      : Dims
  : Whole;
type JoinTwo<
  A extends readonly unknown[],
  B extends readonly unknown[],
  Axis,
  C extends JoinContext,
  Index extends number,
  Done extends readonly unknown[] = [],
> = A extends readonly [infer L, ...infer As]
  ? B extends readonly [infer R, ...infer Bs]
    ? number extends Axis
      ? JoinTwo<As, Bs, Axis, C, Index, [...Done, OneOf<L | R>]>
      : Done['length'] extends Axis
        ? JoinTwo<As, Bs, Axis, C, Index, [...Done, Plus<L, R>]>
        : [Agree<L, R>] extends [never]
          ? ShapeError<`${C['op']}: only axis ${Axis & number} may differ: axis ${Done['length']} has size ${R &
              number} in tensor ${Index} and ${L & number} before it. Received shapes=${Show<C['shapes']>}, axis=${Axis & number}`>
          : JoinTwo<As, Bs, Axis, C, Index, [...Done, Agree<L, R>]>
    : Done
  : Done;

/** The shape of a stack of tensors along a new axis, in types. */
export type StackShape<Shapes, Axis, Op extends string = 'stack'> =
  IsOpen<Shapes> extends true
    ? Dims
    : Shapes extends readonly [infer First, ...infer Rest]
      ? AllAgree<First, Rest> extends infer S
        ? [S] extends [never]
          ? ShapeError<`${Op}: all tensors must have one shape. Received shapes=${Show<Shapes>}`>
          : IsOpen<S> extends true
            ? Dims
            : S extends readonly unknown[]
              ? Inserted<S, AxisIn<[...S, unknown], Axis, Op>, Shapes['length']>
              : Dims
        : never
      : Dims;
type Inserted<S extends readonly unknown[], Axis, Size> = Axis extends ShapeError
  ? Axis
  : number extends Axis
    ? SomeOrder<[...S, Size]>
    : [...Take<S, Axis & number>, Size, ...Drop<S, Axis & number>];
/** All shapes as one; `never` where they differ. */
type AllAgree<Whole, Shapes extends readonly unknown[]> = Shapes extends readonly [infer Next, ...infer Rest]
  ? IsOpen<Whole> extends true
    ? Dims
    : IsOpen<Next> extends true
      ? Dims
      : Whole extends readonly unknown[]
        ? Next extends readonly unknown[]
          ? AgreeAll<Whole, Next> extends infer R
            ? [R] extends [never]
              ? never
              : AllAgree<R, Rest>
            : never
          : never
        : never
  : Whole;
type AgreeAll<
  A extends readonly unknown[],
  B extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = A extends readonly [infer L, ...infer As]
  ? B extends readonly [infer R, ...infer Bs]
    ? [Agree<L, R>] extends [never]
      ? never
      : AgreeAll<As, Bs, [...Done, Agree<L, R>]>
    : never
  : B extends readonly []
    ? Done
    : never;

/** The shapes of the parts of a split in types: a tuple of shapes, an array where their number is not known, or an error. */
export type SplitShapes<S, Sections, Axis, Op extends string = 'split'> =
  IsOpen<S> extends true
    ? Dims[]
    : S extends readonly unknown[]
      ? AxisIn<S, Axis, Op> extends infer A
        ? A extends ShapeError
          ? A
          : number extends A
            ? Dims[]
            : [S[A & number]] extends [null]
              ? ShapeError<`${Op}: the size of axis ${A & number} is not known. Received input=${Show<S>}, axis=${Axis & number}`>
              : SplitSizes<S[A & number], Sections, Op> extends infer Sizes
                ? Sizes extends readonly unknown[]
                  ? { [K in keyof Sizes]: [...Take<S, A & number>, Sizes[K], ...AfterAxis<S, A & number>] }
                  : Sizes
                : never
        : never
      : Dims[];
type AfterAxis<S extends readonly unknown[], Axis extends number> =
  Drop<S, Axis> extends readonly [unknown, ...infer Rest] ? Rest : [];

/** `splitSizes` in types; more than 99 equal parts are an array. */
type SplitSizes<Size, Sections, Op extends string> =
  IsNatural<Sections> extends true
    ? Sections extends 0
      ? ShapeError<`${Op}: the number of parts must be an integer of at least 1. Received sections=0`>
      : IsNatural<Size> extends true
        ? DivMod<Size & number, Sections & number> extends readonly [infer Part, infer Rest]
          ? Rest extends 0
            ? Parts<Part, Sections & number>
            : ShapeError<`${Op}: an axis of ${Size & number} does not divide into ${Sections &
                number} equal parts. Received size=${Size & number}, sections=${Sections & number}`>
          : never
        : Parts<number, Sections & number>
    : Sections extends readonly unknown[]
      ? number extends Sections['length']
        ? number[]
        : Sections['length'] extends 0
          ? ShapeError<`${Op}: sections must be a number of parts or an array of their sizes. Received sections=[]`>
          : GivenSizes<Size, Sections, Op>
      : number[];
type Parts<Part, Count extends number> = `${Count}` extends `${infer _A}${infer _B}${infer _C}${string}`
  ? Part[]
  : Repeat<Part & number, Count>;
/** What a list of sizes adds up to, the -1s left out. */
type Total<Sizes extends readonly unknown[], R = 0> = Sizes extends readonly [infer Head, ...infer Tail]
  ? Total<Tail, Head extends -1 ? R : Plus<R, Head>>
  : R;
type Opens<Sizes extends readonly unknown[], R extends readonly unknown[] = []> = Sizes extends readonly [
  infer Head,
  ...infer Tail,
]
  ? Opens<Tail, Head extends -1 ? [...R, Head] : R>
  : R['length'];
type GivenSizes<Size, Sections extends readonly unknown[], Op extends string> =
  Opens<Sections> extends infer N
    ? N extends 0 | 1
      ? AllNatural<[Size, Total<Sections>]> extends true
        ? Compare<Total<Sections> & number, Size & number> extends (N extends 0 ? 'equal' : 'less' | 'equal')
          ? {
              [K in keyof Sections]: Sections[K] extends -1
                ? Subtract<Size & number, Total<Sections> & number>
                : Sections[K];
            }
          : ShapeError<`${Op}: the parts add up to ${Total<Sections> & number}, the axis has ${Size &
              number}. Received sections=${Show<Sections>}`>
        : { [K in keyof Sections]: IsNatural<Sections[K]> extends true ? Sections[K] : number }
      : ShapeError<`${Op}: only one size can be -1. Received sections=${Show<Sections>}`>
    : never;
