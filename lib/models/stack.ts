import type { SymbolicTensor } from '../graph/symbolic.js';
import type { Layer, LayerOptions } from '../layers/layer.js';
import type {
  ChainLimit,
  DTypeAfter,
  OutputOf,
  SignatureRule,
  shapeRule,
  TypedRule,
} from '../layers/rule.js';
import type { Dims } from '../shape/dims.js';
import type { As, Check, IsAny, IsOpen, ShapeError, ShapeOf } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/tensor.js';
import type { NoShape } from './typed.js';

/** The shapes of a Sequential in types: what its list of layers takes and gives. */

/** What a Sequential is made of: layers, and `Input(...)` as the first entry. */
export type SequentialEntry = Layer | SymbolicTensor;

/** A shape and a dtype on their way through a stack. */
export interface Flow<S, D> {
  readonly shape: S;
  readonly dtype: D;
}

/** What enters a stack that begins with `E`: a shape that `E` tells, or any. */
export type EntryOf<E> =
  E extends SymbolicTensor<infer S, infer D>
    ? Flow<S, D>
    : E extends { readonly [shapeRule]: SignatureRule<infer In, unknown> }
      ? In extends SymbolicTensor<infer S, infer D>
        ? S extends NoShape
          ? Flow<Shape, DType>
          : Flow<S, D>
        : Flow<Shape, DType>
      : E extends { readonly options: infer O & LayerOptions }
        ? Flow<EntryShape<O>, EntryDType<E, O>>
        : Flow<Shape, DType>;

type EntryShape<O> = O extends { readonly batchInputShape: infer S extends Shape }
  ? S
  : O extends { readonly inputShape: infer S extends Shape }
    ? [null, ...S]
    : Shape;
/** A layer whose rule has a dtype of its own takes another one than it gives. */
type EntryDType<E, O> = E extends { readonly [shapeRule]: TypedRule }
  ? DType
  : O extends { readonly dtype: infer D extends DType }
    ? D
    : 'float32';

/** The layers of what a Sequential is made from: a list, or options that hold one. */
export type LayersOf<A> = A extends readonly unknown[]
  ? A
  : A extends { readonly layers: infer L extends readonly unknown[] }
    ? L
    : readonly [];

/** What enters the stack of the layers `L`; `NoShape` without layers. */
export type StackInput<L> = L extends readonly [infer First, ...unknown[]]
  ? EntryOf<First>
  : L extends readonly []
    ? Flow<NoShape, DType>
    : Flow<Shape, DType>;

/** What the stack of the layers `L` gives. */
export type StackOutput<L> = L extends readonly [infer First, ...infer Others]
  ? First extends SymbolicTensor
    ? Fold<Others, EntryOf<First>>
    : Fold<L, EntryOf<First>>
  : StackInput<L>;

type Fold<
  L extends readonly unknown[],
  In,
  Count extends readonly unknown[] = [],
> = Count['length'] extends ChainLimit
  ? Flow<Shape, DType>
  : L extends readonly [infer First, ...infer Others]
    ? Fold<Others, Through<First, In>, [...Count, unknown]>
    : L extends readonly []
      ? In
      : Flow<Shape, DType>;

/** What comes out of one layer. */
type Through<L, In> =
  In extends Flow<infer S, infer D> ? Flow<As<ShapeOf<OutputOf<L, S>>, Shape>, DTypeAfter<L, D>> : never;

/** The place of the first layer that does not take what the one before gives, and its error; or `null`. */
type FaultIn<
  L extends readonly unknown[],
  In,
  Count extends readonly unknown[],
> = Count['length'] extends ChainLimit
  ? null
  : L extends readonly [infer First, ...infer Others]
    ? In extends Flow<infer S, unknown>
      ? IsOpen<S> extends true
        ? FaultIn<Others, Through<First, In>, [...Count, unknown]>
        : OutputOf<First, S> extends infer R
          ? R extends ShapeError
            ? readonly [Count['length'], R]
            : FaultIn<Others, Through<First, In>, [...Count, unknown]>
          : never
      : never
    : null;

type StackFault<L extends readonly unknown[]> = L extends readonly [infer First, ...infer Others]
  ? First extends SymbolicTensor
    ? FaultIn<Others, EntryOf<First>, [unknown]>
    : FaultIn<L, EntryOf<First>, []>
  : null;

/** What a list of layers has to be besides itself: an error at the first layer that does not fit. */
type CheckList<L extends readonly unknown[]> =
  StackFault<L> extends readonly [infer At extends number, infer Fault]
    ? { readonly [K in keyof L]: K extends `${At}` ? Fault : unknown }
    : unknown;

/** As `CheckList`, for what a Sequential is made from. */
export type CheckLayers<A> =
  IsAny<A> extends true
    ? unknown
    : A extends readonly unknown[]
      ? CheckList<A>
      : A extends { readonly layers: infer L extends readonly unknown[] }
        ? { readonly layers: CheckList<L> }
        : unknown;

/** Whether no entry was added yet. */
export type IsNew<S> = S extends NoShape
  ? number extends (S & readonly unknown[])['length']
    ? true
    : false
  : false;

/** What a stack that gives `Out` gives once `E` is added. */
export type Added<Out, E> =
  Out extends Flow<infer S, unknown>
    ? IsNew<S> extends true
      ? StackOutput<readonly [E]>
      : Through<E, Out>
    : never;

/** What an added layer has to be besides itself. */
export type CheckAdded<Out, E> =
  Out extends Flow<infer S, unknown> ? Check<OutputOf<E, IsNew<S> extends true ? Dims : S>> : unknown;
