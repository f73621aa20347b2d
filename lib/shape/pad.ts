import { oneOf } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { Add, AllNatural, IsLess, IsUnion, IsUnnatural, Subtract } from './arithmetic.js';
import type { Plus } from './concat.js';
import { type Dims, elementCount } from './dims.js';
import { checkDims, type InputOf, type JoinOutput, type SplitLayerInput } from './spatial.js';
import type { IsOpen, Option, ShapeError, Show, Unknown } from './typed.js';

/** What the new elements hold: a constant; the elements mirrored without (`reflect`) or with (`symmetric`) the edge; the
 * edge repeated; or the elements from the other end. */
export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'edge' | 'wrap';

/** Elements before and after each axis: one number for all sides, one pair for all axes, or a pair (or number) per axis. */
export type PadWidths = number | readonly [number, number] | readonly (number | readonly [number, number])[];

export interface PadGeometry {
  readonly padBegin: readonly number[];
  readonly padEnd: readonly number[];
  readonly mode: PadMode;
  readonly outShape: Dims;
}

const MODES = ['constant', 'reflect', 'symmetric', 'edge', 'wrap'] as const;

/**
 * The geometry of `pad`.
 * @throws ERR_ARGUMENT for widths that are not integers of at least 0, ERR_SHAPE where an axis has too few elements to mirror
 *
 * @example
 * padGeometry('pad', [2, 3], [[0, 0], [1, 2]]).outShape; // [2, 6]
 */
export function padGeometry(
  op: string,
  input: Dims,
  widths: PadWidths,
  mode: unknown = 'constant',
): PadGeometry {
  checkDims(op, 'input', input);
  const rule = oneOf(op, 'mode', mode, MODES);
  const pairs = pairsOf(op, widths, input.length);
  const outShape = input.map((size, axis) => {
    const [begin, end] = pairs[axis] as readonly [number, number];
    const most = Math.max(begin, end);
    if (most > 0 && size !== null) checkMirror(op, rule, { input, widths, axis, size, most });
    return size === null ? null : size + begin + end;
  });
  for (const size of outShape) {
    if (size !== null && !Number.isSafeInteger(size))
      throw shapeError(op, 'the output is too large', { input, widths });
  }
  elementCount(
    op,
    outShape.filter((dim): dim is number => dim !== null),
    'output',
  );
  return {
    padBegin: pairs.map(([begin]) => begin),
    padEnd: pairs.map(([, end]) => end),
    mode: rule,
    outShape,
  };
}

function checkMirror(
  op: string,
  mode: PadMode,
  at: {
    readonly input: Dims;
    readonly widths: PadWidths;
    readonly axis: number;
    readonly size: number;
    readonly most: number;
  },
): void {
  if (mode === 'constant') return;
  const { input, widths, axis, size, most } = at;
  const received = { input, widths, mode };
  if (size === 0) throw shapeError(op, `axis ${axis} is empty: there is nothing to repeat`, received);
  const limit = mode === 'edge' ? Number.POSITIVE_INFINITY : mode === 'reflect' ? size - 1 : size;
  if (most > limit) {
    throw shapeError(
      op,
      `axis ${axis} has ${size} elements, enough to pad ${limit} in mode "${mode}", not ${most}`,
      received,
    );
  }
}

function pairsOf(op: string, widths: unknown, rank: number): readonly (readonly [number, number])[] {
  if (typeof widths === 'number') return Array.from({ length: rank }, () => pairOf(op, widths, widths));
  if (!Array.isArray(widths))
    throw argumentError(op, 'widths must be a number or an array of pairs', { widths });
  const flatPair = widths.length === 2 && widths.every((item) => typeof item === 'number') && rank !== 2;
  if (flatPair) return Array.from({ length: rank }, () => pairOf(op, widths, widths));
  if (widths.length !== rank) {
    throw argumentError(op, `widths must have one pair per axis, ${rank} in all`, { widths });
  }
  return widths.map((item: unknown) => pairOf(op, item, widths));
}

function pairOf(op: string, item: unknown, whole: unknown): readonly [number, number] {
  const pair = typeof item === 'number' ? [item, item] : item;
  const valid =
    Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!valid) {
    throw argumentError(
      op,
      'every width must be an integer of at least 0, in pairs [begin, end]',
      { widths: whole },
      'To take elements away use slice',
    );
  }
  return pair as unknown as readonly [number, number];
}

/** `padGeometry` in types. */
export type PadShape<S, W, Mode = 'constant', Op extends string = 'pad'> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? WidthPairs<W, S> extends infer Pairs
        ? Pairs extends readonly unknown[]
          ? Padded<S, S, Pairs, { op: Op; widths: W; mode: Mode }>
          : Pairs extends string
            ? ShapeError<`${Op}: ${Pairs}. Received widths=${ShowWidths<W>}`>
            : { -readonly [K in keyof S]: Unknown<S[K]> }
        : never
      : Dims;
type ShowWidths<W> = W extends readonly unknown[] ? Show<W> : `${W & number}`;

/** The pairs of all axes (entries that are not known are `number`), what is wrong with them, or `unknown`. */
type WidthPairs<W, S extends readonly unknown[]> = W extends readonly unknown[]
  ? number extends W['length']
    ? unknown
    : [W['length'], IsFlat<W>, S['length'] extends 2 ? false : true] extends [2, true, true]
      ? SameForAll<WidthPair<W>, S>
      : W['length'] extends S['length']
        ? EachPair<W>
        : `widths must have one pair per axis, ${S['length'] & number} in all`
  : SameForAll<WidthPair<W>, S>;
type IsFlat<W extends readonly unknown[]> = [W[number]] extends [number] ? true : false;
type BadWidth = 'every width must be an integer of at least 0, in pairs [begin, end]';
/** One entry as a pair. */
type WidthPair<W> = W extends readonly [infer Begin, infer End]
  ? true extends IsUnnatural<Begin> | IsUnnatural<End>
    ? BadWidth
    : readonly [Begin, End]
  : IsUnnatural<W> extends true
    ? BadWidth
    : [W] extends [number]
      ? readonly [W, W]
      : readonly [number, number];
type SameForAll<Pair, S extends readonly unknown[]> = Pair extends string ? Pair : { [K in keyof S]: Pair };
type EachPair<W extends readonly unknown[], Done extends readonly unknown[] = []> = W extends readonly [
  infer Head,
  ...infer Tail,
]
  ? WidthPair<Head> extends infer Pair
    ? Pair extends string
      ? Pair
      : EachPair<Tail, [...Done, Pair]>
    : never
  : Done;

interface PadContext {
  readonly op: string;
  readonly widths: unknown;
  readonly mode: unknown;
}
type Padded<
  S extends readonly unknown[],
  Left extends readonly unknown[],
  Pairs extends readonly unknown[],
  C extends PadContext,
  Done extends readonly unknown[] = [],
> = Left extends readonly [infer Size, ...infer Rest]
  ? Pairs extends readonly [infer Pair extends readonly [unknown, unknown], ...infer Others]
    ? MirrorFault<Size, Pair, C['mode'], Done['length']> extends infer Fault extends string
      ? ShapeError<`${C['op']}: ${Fault}. Received input=${Show<S>}, widths=${ShowWidths<C['widths']>}`>
      : Padded<S, Rest, Others, C, [...Done, Plus<Plus<Size, Pair[0]>, Pair[1]>]>
    : Done
  : Done;

/** `checkMirror` in types: what is wrong, or `null`. */
type MirrorFault<Size, Pair extends readonly [unknown, unknown], Mode, Axis extends number> = [Mode] extends [
  'reflect' | 'symmetric' | 'wrap' | 'edge',
]
  ? IsUnion<Mode> extends true
    ? null
    : AllNatural<[Size, ...Pair]> extends true
      ? Larger<Pair[0] & number, Pair[1] & number> extends infer Most extends number
        ? Most extends 0
          ? null
          : Size extends 0
            ? `axis ${Axis} is empty: there is nothing to repeat`
            : Mode extends 'edge'
              ? null
              : (
                    Mode extends 'reflect'
                      ? Subtract<Size & number, 1>
                      : Size & number
                  ) extends infer Limit extends number
                ? IsLess<Limit, Most> extends true
                  ? `axis ${Axis} has ${Size & number} elements, enough to pad ${Limit} in mode "${Mode & string}", not ${Most}`
                  : null
                : never
        : never
      : null
  : null;
type Larger<A extends number, B extends number> = IsLess<A, B> extends true ? B : A;

/** The option of ZeroPadding and Cropping layers as a pair per spatial axis; `number` where it is not known. */
type EdgePairs<V, Rank extends number, Done extends readonly unknown[] = []> = Done['length'] extends Rank
  ? Done
  : EdgePairs<V, Rank, [...Done, EdgePair<V, Rank, Done['length']>]>;
type EdgePair<V, Rank, Axis extends number> = [V] extends [number]
  ? [V, V]
  : V extends readonly unknown[]
    ? Rank extends 1
      ? V extends readonly [infer Only]
        ? PairOf<Only>
        : PairOf<V>
      : number extends V['length']
        ? [number, number]
        : PairOf<V[Axis]>
    : [number, number];
type PairOf<E> = E extends readonly [infer Begin, infer End]
  ? [Begin, End]
  : [E] extends [number]
    ? [E, E]
    : [number, number];

/** The shape of a ZeroPadding layer with options `O`: `padding` (1) and `dataFormat`. */
export type ZeroPaddingShape<S, O, Rank extends number, Op extends string> =
  SplitLayerInput<S, Rank, Option<O, 'dataFormat', 'channelsLast'>, Op> extends infer I
    ? I extends AnyInput
      ? EdgePairs<Option<O, 'padding', 1>, Rank> extends infer P extends readonly unknown[]
        ? JoinOutput<I['batch'], Grown<I['spatial'], P>, I['channels'], I['dataFormat']>
        : never
      : I
    : never;
type AnyInput = InputOf<unknown, readonly unknown[], unknown, unknown>;
type Grown<
  S extends readonly unknown[],
  Pairs extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = [S, Pairs] extends [
  readonly [infer Size, ...infer Rest],
  readonly [infer Pair extends readonly unknown[], ...infer Others],
]
  ? Grown<Rest, Others, [...Done, Plus<Plus<Size, Pair[0]>, Pair[1]>]>
  : Done;

/** The shape of a Cropping layer with options `O`: `cropping` and `dataFormat`. */
export type CroppingShape<S, O, Rank extends number, Standard extends number, Op extends string> =
  SplitLayerInput<S, Rank, Option<O, 'dataFormat', 'channelsLast'>, Op> extends infer I
    ? I extends AnyInput
      ? EdgePairs<Option<O, 'cropping', Standard>, Rank> extends infer P extends readonly unknown[]
        ? Cropped<I['spatial'], P> extends infer R
          ? R extends readonly unknown[]
            ? JoinOutput<I['batch'], R, I['channels'], I['dataFormat']>
            : R extends { readonly axis: infer Axis extends number; readonly size: infer Size extends number }
              ? ShapeError<`${Op}: the cropping takes all ${Size} elements of axis ${Add<
                  Axis,
                  I['dataFormat'] extends 'channelsFirst' ? 2 : 1
                >}. Received input=${Show<S>}, cropping=${Show<P>}`>
              : never
          : never
        : never
      : I
    : never;
type Cropped<
  S extends readonly unknown[],
  Pairs extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = [S, Pairs] extends [
  readonly [infer Size, ...infer Rest],
  readonly [infer Pair extends readonly unknown[], ...infer Others],
]
  ? AllNatural<[Size, ...Pair]> extends true
    ? Add<Pair[0] & number, Pair[1] & number> extends infer Cut extends number
      ? IsLess<Cut, Size & number> extends true
        ? Cropped<Rest, Others, [...Done, Subtract<Size & number, Cut>]>
        : { readonly axis: Done['length']; readonly size: Size }
      : never
    : Cropped<Rest, Others, [...Done, Unknown<Size | Pair[0] | Pair[1]>]>
  : Done;
