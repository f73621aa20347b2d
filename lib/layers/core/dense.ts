import { boolean, integer } from '../../check.js';
import { shapeError } from '../../errors.js';
import { matmul } from '../../ops/matmul.js';
import { misfitDense } from '../../shape/explain/misfit-products.js';
import type { DenseShape } from '../../shape/matmul.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type ActivationOption, activationConfig, activationOption } from '../activations.js';
import type { ExplainSpec } from '../explain.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import {
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
  type Variable,
} from '../layer.js';
import { knownSize } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface DenseOptions extends LayerOptions {
  /** The number of outputs. */
  readonly units: number;
  /** Name of the function applied to the result. Default none. */
  readonly activation?: ActivationOption;
  /** Whether a bias per unit is added. Default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerOption;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerOption;
  readonly kernelRegularizer?: null;
  readonly biasRegularizer?: null;
  readonly activityRegularizer?: null;
  readonly kernelConstraint?: null;
  readonly biasConstraint?: null;
}

const KNOWN = [
  'units',
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'activityRegularizer',
  'kernelConstraint',
  'biasConstraint',
];

/**
 * `activation(x * kernel + bias)` over the last axis: [N, ..., features] to [N, ..., units].
 * Weights: kernel [features, units], bias [units]. After a map of two and more spatial axes, where a Flatten is nearly
 * always missing, it does not compile; at run time it multiplies along the last axis there too, as in Keras.
 *
 * @param options `units`; default no `activation`, `useBias: true`, `kernelInitializer: 'glorotUniform'`
 * @throws ERR_ARGUMENT for units below 1, ERR_SHAPE for an input without an axis of features of known size
 *
 * @example
 * const layer = new Dense({ units: 10, activation: 'softmax' });
 * layer.computeOutputShape([null, 84]); // [null, 10]
 * layer.countParams(); // 850
 */
export class Dense<const O extends Exact<O, DenseOptions> = DenseOptions> extends Layer<O> {
  static override className = 'Dense';
  declare readonly [shapeRule]: DenseRule<O>;
  readonly units: number;
  readonly activation: ActivationOption;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  #kernel!: Variable;
  #bias: Variable | undefined;

  constructor(options: O) {
    super(options, KNOWN);
    const { label } = this;
    this.units = integer(label, 'units', options.units);
    this.activation = activationOption(label, options.activation);
    this.useBias = boolean(label, 'useBias', options.useBias ?? true);
    this.kernelInitializer = initializer(
      label,
      'kernelInitializer',
      options.kernelInitializer ?? 'glorotUniform',
    );
    this.biasInitializer = initializer(label, 'biasInitializer', options.biasInitializer ?? 'zeros');
  }

  override build(inputShape: ShapeOrList): void {
    const shape = this.oneShape(inputShape);
    if (shape.length < 2) {
      throw shapeError(this.label, 'the input must have at least rank 2, [N, ..., features]', {
        input: shape,
      });
    }
    const features = knownSize(this.label, shape, shape.length - 1, 'the number of features');
    this.#kernel = this.addWeight('kernel', [features, this.units], this.kernelInitializer);
    this.#bias = this.useBias ? this.addWeight('bias', [this.units], this.biasInitializer) : undefined;
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const features = this.#kernel.shape[0] as number;
    const got = x.shape.at(-1);
    if (x.rank < 2 || (got !== null && got !== features)) {
      throw shapeError(
        this.label,
        `the last axis of the input must have the ${features} features of the kernel`,
        { input: x.shape, kernel: this.#kernel.shape },
        x.rank > 2 ? 'Use a Flatten layer before it' : undefined,
        () => misfitDense(x.shape, features, this.units),
      );
    }
    const { activation, label } = this;
    return matmul(x, this.#kernel.value, { bias: this.#bias?.value, activation, label });
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { units, useBias } = this;
    return { op: 'dense', inputShape: this.oneShape(inputShape), units, useBias };
  }

  override getConfig(): LayerConfig {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: activationConfig(this.label, this.activation),
      useBias: this.useBias,
      kernelInitializer: initializerConfig(this.kernelInitializer),
      biasInitializer: initializerConfig(this.biasInitializer),
    };
  }
}

/** The shape rule of a `Dense` with options `O`. */
export interface DenseRule<O> extends ShapeRule {
  readonly options: Reads<O, 'units'>;
  readonly output: DenseShape<this['input'], O, Label<'Dense', O>>;
}

registerLayer(Dense);
