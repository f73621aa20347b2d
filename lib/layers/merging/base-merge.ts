import { argumentError, dtypeError, shapeError } from '../../errors.js';
import { expandDims } from '../../ops/reshape.js';
import type { IsNatural } from '../../shape/arithmetic.js';
import { type BroadcastAll, broadcastAll } from '../../shape/broadcast.js';
import type { Dims } from '../../shape/dims.js';
import type { IsOpen, Repeat, ShapeError, Show } from '../../shape/typed.js';
import type { Shape, Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { isShapeList, Layer, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import type { Label, ListRule } from '../rule.js';

/** Refuses lists that cannot be merged: fewer than `least` inputs, or batches of different sizes. */
export function checkInputs(label: string, shapes: readonly Shape[], least: number): void {
  if (shapes.length < least) {
    throw argumentError(label, `it takes a list of at least ${least} inputs`, { inputs: shapes.length });
  }
  const batches = new Set(shapes.map((shape) => shape[0]).filter((dim) => dim !== null && dim !== undefined));
  if (batches.size > 1) throw shapeError(label, 'the batch sizes of the inputs differ', { inputs: shapes });
}

/** Inputs of one rank: those of a lower rank get axes of size 1 behind the batch, as in Keras. */
function sameRanks(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map((x) => x.rank));
  return inputs.map((x) => {
    const missing = Array.from({ length: rank - x.rank }, (_, i) => i + 1);
    return missing.length === 0 ? x : expandDims(x, missing);
  });
}

/** Layers that merge several inputs element by element, with broadcasting. */
export abstract class Merge<const O extends LayerOptions = LayerOptions> extends Layer<O> {
  constructor(options: O) {
    super(options, []);
  }

  override build(inputShape: ShapeOrList): void {
    checkInputs(this.label, isShapeList(inputShape) ? inputShape : [inputShape], 2);
    super.build(inputShape);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const inputShapes = isShapeList(inputShape) ? inputShape : [inputShape];
    return { op: 'merge', inputShapes, behindBatch: true };
  }

  /** The inputs merged, all of one rank and one dtype. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  override call(inputs: TensorOrList): Tensor {
    const given: readonly Tensor[] = Array.isArray(inputs) ? inputs : [inputs];
    const shapes = given.map((x) => x.shape);
    checkInputs(this.label, shapes, 2);
    const dtypes = given.map((x) => x.dtype);
    if (new Set(dtypes).size > 1)
      throw dtypeError(this.label, 'the inputs must have one dtype', { inputs: dtypes });
    const list = sameRanks(given);
    broadcastAll(
      this.label,
      list.map((x) => x.shape),
      { inputs: shapes },
    );
    return this.merge(list);
  }
}

/** The inputs folded from left to right. */
export const fold = (inputs: readonly Tensor[], op: (a: Tensor, b: Tensor) => Tensor): Tensor =>
  inputs.reduce((result, x) => op(result, x));

/** What is wrong with the number of inputs or their batch sizes, as `checkInputs` says it, or `null`. */
export type InputsFault<Shapes extends readonly unknown[]> = Shapes['length'] extends 0 | 1
  ? `it takes a list of at least 2 inputs. Received inputs=${Shapes['length']}`
  : BatchesDiffer<Shapes> extends true
    ? `the batch sizes of the inputs differ. Received inputs=${Show<Shapes>}`
    : null;
type BatchesDiffer<Shapes extends readonly unknown[], Batch = null> = Shapes extends readonly [
  infer S,
  ...infer Rest,
]
  ? S extends readonly [infer N, ...unknown[]]
    ? IsNatural<N> extends true
      ? IsNatural<Batch> extends true
        ? N extends Batch
          ? BatchesDiffer<Rest, Batch>
          : true
        : BatchesDiffer<Rest, N>
      : BatchesDiffer<Rest, Batch>
    : BatchesDiffer<Rest, Batch>
  : false;

/** The shape that inputs are merged to element by element, or an error. */
export type MergeShape<Shapes, Op extends string> =
  IsOpen<Shapes> extends true
    ? Dims
    : Shapes extends readonly unknown[]
      ? InputsFault<Shapes> extends infer Fault extends string
        ? ShapeError<`${Op}: ${Fault}`>
        : SomeOpen<Shapes> extends true
          ? Dims
          : BroadcastAll<SameRanks<Shapes, MaxRank<Shapes>>, Op> extends infer R
            ? R extends ShapeError<infer Message>
              ? ShapeError<`${Message}. Received inputs=${Show<Shapes>}`>
              : R
            : never
      : Dims;

/** Whether the rank of one of the shapes is not known, or 0. */
type SomeOpen<Shapes extends readonly unknown[]> = Shapes extends readonly [infer S, ...infer Rest]
  ? IsOpen<S> extends true
    ? true
    : S extends readonly []
      ? true
      : SomeOpen<Rest>
  : false;

/** A tuple as long as the longest shape. */
type MaxRank<
  Shapes extends readonly unknown[],
  Longest extends readonly unknown[] = [],
> = Shapes extends readonly [infer S extends readonly unknown[], ...infer Rest]
  ? S extends readonly [...Same<Longest>, ...infer More]
    ? MaxRank<Rest, [...Longest, ...More]>
    : MaxRank<Rest, Longest>
  : Longest;
type Same<T extends readonly unknown[]> = { [K in keyof T]: unknown };

/** `sameRanks` in types. */
type SameRanks<
  Shapes extends readonly unknown[],
  Longest extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = Shapes extends readonly [infer S extends readonly unknown[], ...infer Rest]
  ? SameRanks<Rest, Longest, [...Done, Lengthened<S, Longest>]>
  : Done;
type Lengthened<S extends readonly unknown[], Longest extends readonly unknown[]> = Longest extends readonly [
  ...Same<S>,
  ...infer Missing,
]
  ? S extends readonly [infer Batch, ...infer Sample]
    ? [Batch, ...Repeat<1, Missing['length']>, ...Sample]
    : S
  : S;

/** The shape rule of layers that merge inputs element by element. */
export interface MergeRule<O, Class extends string> extends ListRule {
  readonly output: MergeShape<this['input'], Label<Class, O>>;
}
