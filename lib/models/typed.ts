import type { SymbolicTensor } from '../graph/symbolic.js';
import type { MisfitOf, WithBatch } from '../layers/rule.js';
import type { IsUnion } from '../shape/arithmetic.js';
import type { Dims } from '../shape/dims.js';
import type { As, IsOpen, Plain, ShapeError } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import type { Structure } from './structure.js';

/** What models say about shapes in types: what may be fed, and what comes out. */

/** What a model's inputs or outputs are made of: one symbolic tensor, a list, or a record by name. */
export type AnyStructure = Structure<SymbolicTensor>;

/** The output shape of a stack that has no layer yet. */
export type NoShape = readonly never[];

/** A shape as `inputShape` and `outputShape` give it. */
type ShapeIn<T> = T extends SymbolicTensor<infer S> ? (IsOpen<S> extends true ? Shape : Plain<S>) : Shape;

/** The shapes of a structure: one, or a list of several. */
export type ShapesIn<T> = [T] extends [SymbolicTensor]
  ? ShapeIn<T>
  : T extends readonly [infer Only]
    ? ShapeIn<Only>
    : T extends readonly unknown[]
      ? number extends T['length']
        ? Shape | readonly Shape[]
        : { -readonly [K in keyof T]: ShapeIn<T[K]> }
      : Shape | readonly Shape[];

/** What a structure of symbolic tensors asks of what is fed: the first fault, or nothing. */
export type CheckFeed<In, F> = AnyStructure extends In ? unknown : FaultOr<FeedFault<In, F>>;
type FaultOr<Fault> = [Extract<Fault, string>] extends [never] ? unknown : ShapeError<Extract<Fault, string>>;

type FeedFault<In, F> = [F] extends [Tensor]
  ? [In] extends [SymbolicTensor]
    ? TensorFault<In, F>
    : In extends readonly [infer Only]
      ? TensorFault<Only, F>
      : null
  : F extends readonly unknown[]
    ? ListFault<In extends SymbolicTensor ? [In] : In, F>
    : RecordFault<In, F>;

type ListFault<In, F> = In extends readonly [infer Want, ...infer Wants]
  ? F extends readonly [infer Given, ...infer Others]
    ? TensorFault<Want, Given> extends infer Fault extends string
      ? Fault
      : ListFault<Wants, Others>
    : null
  : null;

/** Inputs by name; a lone input's name is not in its type. */
type RecordFault<In, F> = In extends SymbolicTensor | readonly unknown[]
  ? null
  : { [K in keyof In & keyof F]: TensorFault<In[K], F[K]> }[keyof In & keyof F];

/** Why a tensor cannot be fed for a symbolic one, or `null`. */
type TensorFault<Want, Given> =
  Want extends SymbolicTensor<infer W, infer D>
    ? Given extends Tensor<infer S, infer E>
      ? MisfitOf<W, S> extends infer Fault extends string
        ? `predict: ${Fault}`
        : SameDType<D, E> extends false
          ? `predict: the input must be ${D}. Received dtype="${E}"`
          : null
      : null
    : null;

type SameDType<D extends DType, E extends DType> = [E] extends [D] ? true : [D] extends [E] ? true : false;

/** The batch of what is fed. */
export type BatchOf<F> = F extends Tensor
  ? FirstSize<F>
  : F extends readonly unknown[]
    ? FirstSize<F[0]>
    : OneOf<FirstSize<F[keyof F]>>;
type FirstSize<T> =
  T extends Tensor<infer S> ? (S extends readonly [infer N, ...unknown[]] ? N : number) : number;
type OneOf<N> = IsUnion<N> extends true ? number : N;

/** A shape of a tensor with values. */
type Known<S extends readonly unknown[]> =
  IsOpen<S> extends true
    ? readonly number[]
    : { -readonly [K in keyof S]: null extends S[K] ? number : S[K] };

type PredictedOf<T, N> =
  T extends SymbolicTensor<infer S, infer D> ? Tensor<As<Known<WithBatch<S, N>>, Shape>, D> : Tensor;

/** What `predict` returns for a batch of `N`: the structure of the outputs. */
export type Prediction<Out, N> = [AnyStructure] extends [Out]
  ? Structure<Tensor>
  : [Out] extends [SymbolicTensor]
    ? PredictedOf<Out, N>
    : { -readonly [K in keyof Out]: PredictedOf<Out[K], N> };

type SampleOf<T> =
  T extends SymbolicTensor<infer S, infer D>
    ? Tensor<As<Known<S extends readonly [unknown, ...infer Rest] ? Rest : Dims>, Shape>, D>
    : Tensor;

/** What `stream` yields per sample: the structure of the outputs, without the batch. */
export type SampleOutput<Out> = [AnyStructure] extends [Out]
  ? Structure<Tensor>
  : [Out] extends [SymbolicTensor]
    ? SampleOf<Out>
    : { -readonly [K in keyof Out]: SampleOf<Out[K]> };
