import type { IsNatural, IsUnion } from '../../shape/arithmetic.js';
import type { HasTwice } from '../../shape/axes.js';
import type { Dims } from '../../shape/dims.js';
import type { Includes, IsOpen, Option, ShapeError, Show, SplitAt } from '../../shape/typed.js';
import type { Label, Reads, ShapeRule } from '../rule.js';

/** The shape of an `EinsumDense` in types: its equation is read letter by letter, as at run time. */

/** The shape rule of an `EinsumDense` with options `O`. */
export interface EinsumDenseRule<O> extends ShapeRule {
  readonly options: Reads<O, 'equation' | 'outputShape'>;
  readonly output: EinsumDenseShape<
    this['input'],
    Option<O, 'equation', string>,
    Option<O, 'outputShape', number>,
    Label<'EinsumDense', O>
  >;
}

/** The equation in its parts: the letters of input, kernel and output, and on which side the ellipsis stands. */
interface Parts<
  In extends readonly string[],
  Kernel extends readonly string[],
  Out extends readonly string[],
  Ellipsis,
> {
  readonly input: In;
  readonly kernel: Kernel;
  readonly output: Out;
  readonly ellipsis: Ellipsis;
}
type AnyParts = Parts<readonly string[], readonly string[], readonly string[], 'none' | 'left' | 'right'>;

type WithoutSpaces<T extends string> = T extends `${infer A} ${infer B}` ? WithoutSpaces<`${A}${B}`> : T;
type Letters<T extends string, R extends readonly string[] = []> = T extends `${infer Head}${infer Tail}`
  ? Letters<Tail, [...R, Head]>
  : R;

/** `Parts`, or `unknown` for what is no literal or has another form. */
type Parse<Equation> = [Equation] extends [string]
  ? string extends Equation
    ? unknown
    : IsUnion<Equation> extends true
      ? unknown
      : WithoutSpaces<Equation> extends `${infer In},${infer Kernel}->${infer Out}`
        ? In extends `...${infer Named}`
          ? Out extends `...${infer Given}`
            ? PartsOf<Named, Kernel, Given, 'left'>
            : unknown
          : In extends `${infer Named}...`
            ? Out extends `${infer Given}...`
              ? PartsOf<Named, Kernel, Given, 'right'>
              : unknown
            : PartsOf<In, Kernel, Out, 'none'>
        : unknown
  : unknown;
type PartsOf<
  In extends string,
  Kernel extends string,
  Out extends string,
  Ellipsis,
> = `${In}${Kernel}${Out}` extends `${string}${'.' | ',' | '>'}${string}`
  ? unknown
  : true extends HasTwice<Letters<In>> | HasTwice<Letters<Kernel>> | HasTwice<Letters<Out>>
    ? unknown
    : Parts<Letters<In>, Letters<Kernel>, Letters<Out>, Ellipsis>;

/** The sizes that the option `outputShape` gives, as a tuple. */
type Partial<Given> = [Given] extends [number] ? [Given] : Given extends readonly unknown[] ? Given : Dims;

type EinsumDenseShape<S, Equation, Given, Op extends string> = [IsOpen<S>, IsOpen<Partial<Given>>] extends [
  false,
  false,
]
  ? Parse<Equation> extends infer P extends AnyParts
    ? Partial<Given> extends infer Sizes extends readonly unknown[]
      ? (S extends readonly unknown[] ? Named<S, P> : null) extends infer N extends AnyNamed
        ? Found<P, N, Sizes> extends infer R
          ? R extends string
            ? ShapeError<`${Op}: ${R}. Received input=${Show<S>}, equation="${Equation & string}", outputShape=${Show<Sizes>}`>
            : R extends { readonly unknown: infer Letter extends string }
              ? ShapeError<`${Op}: the size of "${Letter}" must be known: the kernel depends on it. Received equation="${Equation &
                  string}", outputShape=${Show<Sizes>}`>
              : R
          : never
        : ShapeError<`${Op}: the equation names ${P['input']['length'] & number} axes of the input. Received input=${Show<S>}, equation="${Equation &
            string}", outputShape=${Show<Sizes>}`>
      : never
    : Dims
  : Dims;

/** The input's sizes that have letters, and the others. */
interface NamedOf<Sizes extends readonly unknown[], Extra extends readonly unknown[]> {
  readonly sizes: Sizes;
  readonly extra: Extra;
}
type AnyNamed = NamedOf<readonly unknown[], readonly unknown[]>;

/** The input split at its ellipsis; `null` where the letters do not suffice or are too many. */
type Named<S extends readonly unknown[], P extends AnyParts> = P['ellipsis'] extends 'left'
  ? S extends readonly [...infer Extra, ...Each<P['input']>]
    ? SplitAt<S, Extra['length']> extends [
        infer E extends readonly unknown[],
        infer N extends readonly unknown[],
      ]
      ? NamedOf<N, E>
      : null
    : null
  : SplitAt<S, P['input']['length']> extends [
        infer N extends readonly unknown[],
        infer E extends readonly unknown[],
      ]
    ? N['length'] extends P['input']['length']
      ? P['ellipsis'] extends 'right'
        ? NamedOf<N, E>
        : E extends readonly []
          ? NamedOf<N, []>
          : null
      : null
    : null;
type Each<T extends readonly unknown[]> = { [K in keyof T]: unknown };

/** The shape, or what is wrong. */
type Found<P extends AnyParts, N extends AnyNamed, Sizes extends readonly unknown[]> =
  Expected<P, N, Sizes> extends infer Wanted extends readonly unknown[]
    ? Outputs<P, N, Wanted> extends infer R
      ? R extends readonly unknown[]
        ? UnknownLetter<P, N, Wanted> extends infer Letter extends string
          ? { readonly unknown: Letter }
          : P['ellipsis'] extends 'left'
            ? [...N['extra'], ...R]
            : [...R, ...N['extra']]
        : R
      : never
    : 'outputShape must have one size for every letter of the output but the batch';

/** `outputShape` with an entry for every letter of the output, `null` for a batch that it leaves out, or `false`. */
type Expected<
  P extends AnyParts,
  N extends AnyNamed,
  Sizes extends readonly unknown[],
> = P['ellipsis'] extends 'left'
  ? Sizes['length'] extends P['output']['length']
    ? Sizes
    : N['extra'] extends readonly []
      ? WithBatch<P, Sizes>
      : false
  : WithBatch<P, Sizes>;
type WithBatch<P extends AnyParts, Sizes extends readonly unknown[]> = [
  null,
  ...Sizes,
]['length'] extends P['output']['length']
  ? [null, ...Sizes]
  : false;

/** The size of a letter among some, `undefined` where it is not one of them. */
type SizeOf<
  Letter,
  Names extends readonly unknown[],
  Sizes extends readonly unknown[],
> = Names extends readonly [infer Name, ...infer Others]
  ? Sizes extends readonly [infer Size, ...infer Rest]
    ? [Letter] extends [Name]
      ? Size
      : SizeOf<Letter, Others, Rest>
    : undefined
  : undefined;

type Outputs<
  P extends AnyParts,
  N extends AnyNamed,
  Wanted extends readonly unknown[],
  Left extends readonly unknown[] = P['output'],
  Done extends readonly unknown[] = [],
> = Left extends readonly [infer Letter extends string, ...infer Rest]
  ? OutputSize<
      SizeOf<Letter, P['input'], N['sizes']>,
      Wanted[Done['length']],
      Includes<P['kernel'], Letter>
    > extends infer R
    ? R extends readonly [infer Known extends number, infer Size extends number]
      ? `"${Letter}" is ${Known} in the input but ${Size} in outputShape`
      : Outputs<P, N, Wanted, Rest, [...Done, R]>
    : never
  : Done;

/** The size of an output letter: `X` is the input's, `Size` the option's. A pair: they differ. */
type OutputSize<X, Size, InKernel> = [X] extends [undefined]
  ? IsNatural<Size> extends true
    ? Size
    : number
  : [Size] extends [null]
    ? X
    : IsNatural<X> extends true
      ? IsNatural<Size> extends true
        ? X extends Size
          ? X
          : readonly [X, Size]
        : X
      : [X] extends [number]
        ? IsNatural<Size> extends true
          ? Size
          : number
        : [IsNatural<Size>, InKernel, Size extends 1 ? false : true] extends [true, true, true]
          ? Size
          : number | null;

/** The first letter of the kernel that has no size before the model runs, else `null`. */
type UnknownLetter<
  P extends AnyParts,
  N extends AnyNamed,
  Wanted extends readonly unknown[],
  Left extends readonly unknown[] = P['kernel'],
> = Left extends readonly [infer Letter extends string, ...infer Rest]
  ? [SizeOf<Letter, P['input'], N['sizes']>] extends [null | undefined]
    ? [SizeOf<Letter, P['output'], Wanted>] extends [null | undefined]
      ? Letter
      : UnknownLetter<P, N, Wanted, Rest>
    : UnknownLetter<P, N, Wanted, Rest>
  : null;
