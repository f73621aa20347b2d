import type { IsNatural } from '../shape/arithmetic.js';
import type { Dims } from '../shape/dims.js';
import type {
  Apply,
  As,
  Check,
  IsOpen,
  Option,
  Plain,
  ShapeError,
  ShapeOf,
  ShapeRule,
  Show,
} from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape, Tensor } from '../tensor/tensor.js';

/**
 * What layers say about shapes in types. A layer class declares its rule, from the options `O` that its constructor was
 * given, and `apply` and `computeOutputShape` do the rest. A layer without a rule gives a shape that is not known.
 *
 * ```ts
 * class Twice extends Layer {
 *   declare readonly [shapeRule]: SameShapeRule;
 * }
 * ```
 */

/** The key of a layer's rule. It exists in types only. */
export declare const shapeRule: unique symbol;

/** The key of what a symbolic tensor of another shape would be. It exists in types only. */
export declare const symbolicKind: unique symbol;

/** A function in types from `shape` and `dtype` to the `type` of a symbolic tensor; lib/graph has the one there is. */
export interface SymbolicKind {
  readonly shape: unknown;
  readonly dtype: unknown;
  readonly type: unknown;
}

/** A rule for several inputs: `input` is a tuple of their shapes, even when there is one. */
export interface ListRule extends ShapeRule {
  readonly list: true;
}

/** A rule whose output is not of the input's dtype. */
export interface TypedRule extends ShapeRule {
  readonly dtype: DType;
}

/**
 * The rule of a layer that takes and gives certain shapes, such as a model: structures of what has a shape and a dtype.
 * `null` in the shapes that it takes is any size, and a first one in what it gives is the batch of the first input.
 */
export interface SignatureRule<In, Out> {
  readonly takes: In;
  readonly gives: Out;
}

/** The rule of layers one behind the other, whose first input is not known yet. */
export interface ChainRule<L extends readonly unknown[]> extends SignatureRule<Spec, Spec> {
  readonly chain: L;
}

/**
 * What a rule reads of the options `O`. A rule has it as a property, so that a layer with other options is a layer of
 * another type: options that say more than others would else pass for them.
 */
export type Reads<O, Keys extends string> = Compared<O> & {
  readonly [K in Keys]: Option<O, K, undefined>;
};
/** Nothing; but a mapped type makes the compiler compare two rules by what they are, and not by their options alone. */
type Compared<O> = { readonly [K in keyof O as never]: unknown };

/** What messages call a layer with options `O`: `Conv2D "conv1"`, or the class alone as long as the name is not a literal. */
export type Label<Class extends string, O> = O extends { readonly name: infer Name extends string }
  ? string extends Name
    ? Class
    : `${Class} "${Name}"`
  : Class;

/** The rule of layers that change no shape. */
export interface SameShapeRule extends ShapeRule {
  readonly output: this['input'] extends readonly unknown[] ? Plain<this['input']> : Dims;
}

/** What has a shape and a dtype. */
interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What `apply` takes: a tensor, symbolic or not, or a list of them. */
export type Callable = Spec | readonly Spec[];

/** The shapes of what a layer is called on: one, or a tuple of several. */
export type ShapesOf<T> = T extends readonly unknown[]
  ? { -readonly [K in keyof T]: T[K] extends { readonly shape: infer S } ? S : Dims }
  : T extends { readonly shape: infer S }
    ? S
    : Dims;

/** The shape of a layer's output, or an error: for a shape, or a list of shapes. */
export type OutputOf<L, Input> = L extends { readonly [shapeRule]: infer Rule }
  ? Rule extends ChainRule<infer Layers>
    ? Chained<
        Layers,
        IsShapeList<Input> extends true ? (Input extends readonly [infer Only] ? Only : Dims) : Input
      >
    : Rule extends SignatureRule<infer In, infer Out>
      ? CalledOn<In, Out, IsShapeList<Input> extends true ? Input : [Input]>
      : Rule extends ListRule
        ? Apply<Rule, IsShapeList<Input> extends true ? Input : [Input]>
        : IsShapeList<Input> extends true
          ? Input extends readonly [infer Only]
            ? Apply<Rule, Only>
            : Dims
          : Apply<Rule, Input>
  : Dims;

/** What comes out of layers one behind the other, or the error of the first that does not fit. */
type Chained<Layers, S, Count extends readonly unknown[] = []> = Layers extends readonly [
  infer First,
  ...infer Others,
]
  ? Count['length'] extends ChainLimit
    ? Dims
    : OutputOf<First, S> extends infer Out
      ? Out extends ShapeError
        ? Out
        : Chained<Others, ShapeOf<Out>, [...Count, unknown]>
      : never
  : Layers extends readonly []
    ? S
    : Dims;

/** The most layers of a stack that types follow; behind them shapes are not known. */
export type ChainLimit = 250;

/** Whether `Input` is a list of shapes, as opposed to one shape. */
type IsShapeList<Input> = Input extends readonly [infer First, ...unknown[]]
  ? First extends readonly unknown[]
    ? true
    : false
  : Input extends readonly (readonly unknown[])[]
    ? Input extends readonly []
      ? false
      : true
    : false;

/** What `apply` asks of its inputs besides what they are. */
export type CheckCall<L, T> = Check<OutputOf<L, ShapesOf<T>>>;

/** What `apply` returns. */
export type Called<L, T> = Made<First<T>, ShapeOf<OutputOf<L, ShapesOf<T>>>, OutputDType<L, T>>;

type First<T> = T extends readonly [infer Head, ...unknown[]]
  ? Head
  : T extends readonly (infer Item)[]
    ? Item
    : T;

/** A tensor of the kind of `T`, with another shape and dtype. */
type Made<T, S, D> = T extends { readonly [symbolicKind]: infer Kind extends SymbolicKind }
  ? (Kind & { readonly shape: S; readonly dtype: D })['type']
  : T extends Tensor
    ? Tensor<As<S, Shape>, As<D, DType>>
    : T;

type OutputDType<L, T> = DTypeAfter<L, DTypeOf<First<T>>>;

/** The dtype of a layer's output for inputs of dtype `D`. */
export type DTypeAfter<L, D> = L extends { readonly [shapeRule]: infer Rule }
  ? Rule extends ChainRule<infer Layers>
    ? ChainedDType<Layers, D>
    : Rule extends SignatureRule<unknown, infer Out>
      ? DTypeOf<Out>
      : Rule extends TypedRule
        ? Rule['dtype']
        : D
  : DType;
type ChainedDType<Layers, D> = Layers extends readonly [infer First, ...infer Others]
  ? ChainedDType<Others, DTypeAfter<First, D>>
  : D;
type DTypeOf<T> = T extends { readonly dtype: infer D } ? D : DType;

/** The output shape for input shapes `S`: an error becomes any shape. */
export type OutputShape<L, S> = L extends { readonly [shapeRule]: unknown }
  ? ShapeOf<OutputOf<L, S>>
  : Dims | readonly Dims[];

/** Why a shape cannot be fed for another, whose `null`s take any size, or `null`. */
export type MisfitOf<Want extends readonly unknown[], Given extends readonly unknown[]> =
  Fits<Want, Given> extends false
    ? `the input must have the shape ${Show<Want>}. Received shape=${Show<Given>}`
    : null;

type Fits<Want extends readonly unknown[], Given extends readonly unknown[]> = [
  IsOpen<Want>,
  IsOpen<Given>,
] extends [false, false]
  ? Want['length'] extends Given['length']
    ? AllFit<Want, Given>
    : false
  : true;
type AllFit<Want extends readonly unknown[], Given extends readonly unknown[]> = Want extends readonly [
  infer W,
  ...infer Ws,
]
  ? Given extends readonly [infer G, ...infer Gs]
    ? [IsNatural<W>, IsNatural<G>] extends [true, true]
      ? W extends G
        ? AllFit<Ws, Gs>
        : false
      : AllFit<Ws, Gs>
    : false
  : true;

/** A shape with `N` for a batch that is not known. */
export type WithBatch<S extends readonly unknown[], N> = S extends readonly [infer Batch, ...infer Rest]
  ? [[Batch] extends [null] ? N : Batch, ...Rest]
  : S;

/** A rule of signatures on a list of shapes. */
type CalledOn<In, Out, Inputs> = Inputs extends readonly unknown[]
  ? ShapesFault<In extends Spec ? [In] : In, Inputs> extends infer Fault extends string
    ? ShapeError<Fault>
    : [Out] extends [{ readonly shape: infer S extends Shape }]
      ? IsOpen<S> extends true
        ? Dims
        : WithBatch<S, Inputs[0] extends readonly [infer N extends number | null, ...unknown[]] ? N : null>
      : Dims
  : Dims;

type ShapesFault<In, Inputs> = In extends readonly [infer Want, ...infer Wants]
  ? Inputs extends readonly [infer Given extends readonly unknown[], ...infer Others]
    ? Want extends { readonly shape: infer W extends Shape }
      ? MisfitOf<W, Given> extends infer Fault extends string
        ? Fault
        : ShapesFault<Wants, Others>
      : null
    : null
  : null;

export type { ShapeError, ShapeRule };
