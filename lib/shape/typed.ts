import type { IsNatural, IsUnion, Multiply } from './arithmetic.js';
import type { Dims } from './dims.js';

/**
 * The vocabulary of shape rules in types. A rule is a type that takes the shapes and options of a call and gives the shape
 * of the result, or a `ShapeError` with the message that the rule of the same file throws at run time. A size is a literal,
 * `null` (not known before the model runs, mostly the batch) or `number` (known at run time only). What depends on a
 * `number` is a `number`; a shape of unknown rank is `Dims`, an open one. Neither ever makes an error.
 */

declare const why: unique symbol;

/** What a call that cannot be right expects instead of its argument. The compiler prints `Message`. */
export interface ShapeError<Message extends string = string> {
  readonly [why]: Message;
}

/**
 * What an argument has to be besides itself: nothing, or the error that the rule found. The result itself is not in it, or
 * the compiler would infer the argument from it.
 */
export type Check<Result> = [Result] extends [ShapeError<infer Message>] ? ShapeError<Message> : unknown;

/** The shape a rule gives; after an error, any. */
export type ShapeOf<Result> = [Result] extends [ShapeError] ? Dims : Result extends Dims ? Result : Dims;

/** The type of a size that is computed from others, one of which is no literal: `null` if that is `null`, else `number`. */
export type Unknown<Sizes> = [Extract<Sizes, null>] extends [never]
  ? number
  : number extends Exclude<Sizes, null>
    ? number | null
    : null;

/** A shape as it is shown and handed on: a tuple that is not `readonly`. */
export type Plain<S> = S extends readonly unknown[] ? { -readonly [K in keyof S]: S[K] } : S;

/** T, known to be a U. */
export type As<T, U> = [T] extends [U] ? T : U;

/** Whether T is `any`. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** Whether the rank of a shape is not known: `number[]`, `[null, ...number[]]`, one of several tuples. */
export type IsOpen<S> =
  IsAny<S> extends true
    ? true
    : [S] extends [readonly unknown[]]
      ? IsUnion<S> extends true
        ? true
        : number extends S['length']
          ? true
          : IsUnion<S['length']>
      : true;

/** N elements of type T. */
export type Repeat<T, N extends number, R extends readonly T[] = []> = R['length'] extends N
  ? R
  : Repeat<T, N, [...R, T]>;

type ShowSize<N> = [N] extends [null] ? 'null' : [N] extends [number] ? `${N}` : 'number | null';

/** A list as messages show it: `[null, 28, 28, 1]`. */
export type Show<S, R extends string = ''> = S extends readonly [infer Head, ...infer Tail]
  ? Show<Tail, R extends '' ? ShowEntry<Head> : `${R}, ${ShowEntry<Head>}`>
  : `[${R}]`;
type ShowEntry<E> = [E] extends [readonly unknown[]] ? Show<E> : ShowSize<E>;

/** The product of sizes; not a literal unless all are. */
export type Product<S extends readonly unknown[], R = 1> = S extends readonly [infer Head, ...infer Tail]
  ? Product<Tail, Times<R, Head>>
  : R;

/** A * B, where either may be unknown. */
export type Times<A, B> =
  IsNatural<A> extends true
    ? IsNatural<B> extends true
      ? Multiply<A & number, B & number>
      : Unknown<A | B>
    : Unknown<A | B>;

declare const absent: unique symbol;

/** What options are when none are given: `Option` answers with its default. A default of type parameters. */
export type Defaults<Options> = Options & { readonly [absent]?: never };

/** `Options`, and nothing else in `O`, which it is the constraint of: a misspelt option is an error that names it. */
export type Exact<O, Options> = Options & {
  readonly [K in keyof O as K extends keyof Options | typeof absent
    ? never
    : K]: ShapeError<`unknown option "${K & string}"`>;
};

/**
 * The option `Key` of `O`, the default where it is not given, `unknown` where it may or may not be. A union of options has a
 * union of values, which no rule takes for a literal.
 */
export type Option<O, Key extends string, Default> =
  IsAny<O> extends true
    ? unknown
    : [O] extends [never]
      ? unknown
      : O extends unknown
        ? OptionOf<O, Key, Default>
        : never;
type OptionOf<O, Key extends string, Default> = typeof absent extends keyof O
  ? Default
  : Key extends keyof O
    ? [O[Key]] extends [undefined]
      ? Default
      : undefined extends O[Key]
        ? unknown
        : O[Key]
    : Default;

/** Entry `Axis` of an option, integers of at least 1: one for all axes or a list of one per axis; `number` where it is not known. */
export type ForAxis<V, Axis extends number> =
  IsAny<V> extends true
    ? number
    : V extends readonly [infer Only]
      ? Literal<Only>
      : V extends readonly unknown[]
        ? number extends V['length']
          ? number
          : Literal<V[Axis]>
        : Literal<V>;
type Literal<V> = IsNatural<V> extends true ? (V extends 0 ? number : V & number) : number;

/** An option that is one value or one per axis, as a tuple of one per axis; nothing is known of a list of another length. */
export type PerAxisOf<V, Rank extends number, R extends readonly number[] = []> = R['length'] extends Rank
  ? V extends readonly unknown[]
    ? V['length'] extends 1 | Rank
      ? R
      : Repeat<number, Rank>
    : R
  : PerAxisOf<V, Rank, [...R, ForAxis<V, R['length']>]>;

/** [0, 1, ..., Rank - 1]. */
export type Axes<Rank extends number, R extends readonly number[] = []> = R['length'] extends Rank
  ? R
  : Axes<Rank, [...R, R['length']]>;

/** The axis counted from the begin; `never` if there is none such, `number` where it is not a literal. */
export type AxisOf<S extends readonly unknown[], Axis> = [Axis] extends [number]
  ? number extends Axis
    ? number
    : IsUnion<Axis> extends true
      ? number
      : `${Axis}` extends `-${infer N extends number}`
        ? FromEnd<Axes<S['length'] & number>, N>
        : IndexIn<Axes<S['length'] & number>, Axis>
  : number;
type IndexIn<A extends readonly number[], Axis> = Axis extends A[number] ? Axis : never;
type FromEnd<
  A extends readonly number[],
  N extends number,
  Count extends readonly unknown[] = [unknown],
> = A extends readonly [...infer Init extends readonly number[], infer Last]
  ? Count['length'] extends N
    ? Last
    : FromEnd<Init, N, [...Count, unknown]>
  : never;

/** Whether the tuple T holds the literal V. */
export type Includes<T extends readonly unknown[], V> = T extends readonly [infer Head, ...infer Tail]
  ? [Head] extends [V]
    ? true
    : Includes<Tail, V>
  : false;

/** The first Count elements, and the others. */
export type SplitAt<
  S extends readonly unknown[],
  Count extends number,
  Left extends readonly unknown[] = [],
> = Left['length'] extends Count
  ? [Left, S]
  : S extends readonly [infer Head, ...infer Tail]
    ? SplitAt<Tail, Count, [...Left, Head]>
    : [Left, []];
export type Take<S extends readonly unknown[], Count extends number> = SplitAt<S, Count>[0];
export type Drop<S extends readonly unknown[], Count extends number> = SplitAt<S, Count>[1];

/** A rule of a layer: give it `input`, read `output`. */
export interface ShapeRule {
  readonly input: unknown;
  readonly output: unknown;
}

/** The output of a rule for an input. */
export type Apply<Rule, Input> = Rule & { readonly input: Input } extends { readonly output: infer Output }
  ? Output
  : never;
