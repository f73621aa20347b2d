import { integer } from '../../check.js';
import { shapeError } from '../../errors.js';
import { expandDims } from '../../ops/reshape.js';
import { repeat } from '../../ops/tile.js';
import type { Natural } from '../../shape/conv.js';
import type { Exact, IsOpen, Option, ShapeError, Show } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerConfig, type LayerOptions, type TensorOrList } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface RepeatVectorOptions extends LayerOptions {
  /** How often each vector is repeated, at least 1. */
  readonly n: number;
}

/**
 * Each vector `n` times: [N, features] to [N, n, features].
 * @throws ERR_ARGUMENT for an `n` below 1, ERR_SHAPE for an input that is not of rank 2
 *
 * @example
 * new RepeatVector({ n: 3 }).computeOutputShape([null, 32]); // [null, 3, 32]
 */
export class RepeatVector<
  const O extends Exact<O, RepeatVectorOptions> = RepeatVectorOptions,
> extends Layer<O> {
  static override className = 'RepeatVector';
  declare readonly [shapeRule]: RepeatVectorRule<O>;
  readonly n: number;

  constructor(options: O) {
    super(options, ['n']);
    this.n = integer(this.label, 'n', options.n);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    if (x.rank !== 2) {
      throw shapeError(this.label, 'the input must have rank 2, [N, features]', { input: x.shape });
    }
    return repeat(expandDims(x, 1), this.n, 1);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), n: this.n };
  }
}

/** The shape rule of a `RepeatVector` with options `O`. */
export interface RepeatVectorRule<O> extends ShapeRule {
  readonly options: Reads<O, 'n'>;
  readonly output: RepeatVectorShape<
    this['input'],
    Natural<Option<O, 'n', number>>,
    Label<'RepeatVector', O>
  >;
}
type RepeatVectorShape<S, N, Op extends string> =
  IsOpen<S> extends true
    ? [number | null, N, number | null]
    : S extends readonly [infer Batch, infer Features]
      ? [Batch, N, Features]
      : ShapeError<`${Op}: the input must have rank 2, [N, features]. Received input=${Show<S>}`>;

registerLayer(RepeatVector);
