import { integer } from '../../check.js';
import { argumentError } from '../../errors.js';
import { cast } from '../../ops/cast.js';
import { gather } from '../../ops/gather.js';
import type { Natural } from '../../shape/conv.js';
import type { Dims } from '../../shape/dims.js';
import type { Exact, IsOpen, Option } from '../../shape/typed.js';
import type { DType } from '../../tensor/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import {
  type Initializer,
  type InitializerOption,
  initializer,
  initializerConfig,
  type WeightDType,
} from '../initializers.js';
import {
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
  type Variable,
} from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Reads, shapeRule, TypedRule } from '../rule.js';

export interface EmbeddingOptions extends LayerOptions {
  /** The number of rows: indices are 0 to inputDim - 1. */
  readonly inputDim: number;
  /** The length of each row. */
  readonly outputDim: number;
  /** Default `randomUniform`. */
  readonly embeddingsInitializer?: InitializerOption;
  readonly embeddingsRegularizer?: null;
  readonly embeddingsConstraint?: null;
  readonly activityRegularizer?: null;
  /** Masks are not computed: only false. */
  readonly maskZero?: false;
  /** Known from Keras 2 and tfjs models; the layer takes inputs of any length. */
  readonly inputLength?: number | readonly (number | null)[] | null;
}

const KNOWN = [
  'inputDim',
  'outputDim',
  'embeddingsInitializer',
  'embeddingsRegularizer',
  'embeddingsConstraint',
  'activityRegularizer',
  'maskZero',
  'inputLength',
];

/**
 * Looks rows up: indices of shape [N, ...] give [N, ..., outputDim]. Weight: embeddings [inputDim, outputDim].
 *
 * @param options `inputDim`, `outputDim`; default `embeddingsInitializer: 'randomUniform'`
 * @throws ERR_ARGUMENT for sizes below 1, and at the call for an index out of range
 *
 * @example
 * new Embedding({ inputDim: 1000, outputDim: 64 }).computeOutputShape([null, 10]); // [null, 10, 64]
 */
export class Embedding<const O extends Exact<O, EmbeddingOptions> = EmbeddingOptions> extends Layer<O> {
  static override className = 'Embedding';
  declare readonly [shapeRule]: EmbeddingRule<O>;
  readonly inputDim: number;
  readonly outputDim: number;
  readonly embeddingsInitializer: Initializer;
  #embeddings!: Variable;

  constructor(options: O) {
    super(options, KNOWN);
    const { label } = this;
    this.inputDim = integer(label, 'inputDim', options.inputDim);
    this.outputDim = integer(label, 'outputDim', options.outputDim);
    if (options.maskZero !== undefined && options.maskZero !== false) {
      throw argumentError(
        label,
        'masks are not computed',
        { maskZero: options.maskZero },
        'Leave maskZero out',
      );
    }
    const { embeddingsInitializer = 'randomUniform' } = options;
    this.embeddingsInitializer = initializer(label, 'embeddingsInitializer', embeddingsInitializer);
  }

  override get inputDType(): DType {
    return 'int32';
  }

  override build(inputShape: ShapeOrList): void {
    this.oneShape(inputShape);
    this.#embeddings = this.addWeight(
      'embeddings',
      [this.inputDim, this.outputDim],
      this.embeddingsInitializer,
    );
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    return gather(this.#embeddings.value, x.dtype === 'int64' ? x : cast(x, 'int32'), 0);
  }

  override getConfig(): LayerConfig {
    const { inputDim, outputDim } = this;
    const embeddingsInitializer = initializerConfig(this.embeddingsInitializer);
    return { ...super.getConfig(), inputDim, outputDim, embeddingsInitializer };
  }
}

/** The shape rule of an `Embedding` with options `O`. */
export interface EmbeddingRule<O> extends TypedRule {
  readonly options: Reads<O, 'outputDim'>;
  readonly dtype: Option<O, 'dtype', 'float32'> extends infer D extends WeightDType ? D : WeightDType;
  readonly output: IsOpen<this['input']> extends true
    ? Dims
    : this['input'] extends readonly unknown[]
      ? [...this['input'], Natural<Option<O, 'outputDim', number>>]
      : Dims;
}

registerLayer(Embedding);
