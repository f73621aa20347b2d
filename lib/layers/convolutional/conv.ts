import { integer, oneOf } from '../../check.js';
import { argumentError } from '../../errors.js';
import { ALGORITHMS, type ConvAlgorithm, conv } from '../../ops/conv.js';
import { convGeometry } from '../../shape/conv.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { type Initializer, initializer, initializerConfig } from '../initializers.js';
import type { LayerConfig, ShapeOrList, TensorOrList, Variable } from '../layer.js';
import { BaseConv, type ConvLayerOptions, filtersOf, kernelOptions } from './base-conv.js';

/** The convolution of any spatial rank: options, kernel [...kernelSize, channels / groups, filters] and bias [filters]. */
export abstract class Conv<const O extends ConvLayerOptions = ConvLayerOptions> extends BaseConv<O> {
  readonly filters: number;
  readonly groups: number;
  readonly algorithm: ConvAlgorithm;
  readonly kernelInitializer: Initializer;
  protected kernel!: Variable;

  constructor(options: O, spatialRank: number) {
    super(options, spatialRank, ['filters', 'groups', 'algorithm', ...kernelOptions('kernel')]);
    const { label } = this;
    this.filters = filtersOf(label, options.filters);
    this.groups = integer(label, 'groups', options.groups ?? 1);
    this.algorithm = oneOf(label, 'algorithm', options.algorithm ?? 'auto', ALGORITHMS);
    if (this.filters % this.groups !== 0) {
      throw argumentError(label, `${this.filters} filters do not divide into ${this.groups} groups`, {
        filters: this.filters,
        groups: this.groups,
      });
    }
    this.kernelInitializer = initializer(
      label,
      'kernelInitializer',
      options.kernelInitializer ?? 'glorotUniform',
    );
  }

  override build(inputShape: ShapeOrList): void {
    const channels = this.channelsOf(inputShape);
    const { groups, filters, label } = this;
    if (channels % groups !== 0) {
      throw argumentError(label, `${channels} channels do not divide into ${groups} groups`, {
        input: this.oneShape(inputShape),
        groups,
      });
    }
    const shape = [...this.kernelSize, channels / groups, filters];
    convGeometry(label, this.oneShape(inputShape), shape, this);
    this.kernel = this.addWeight('kernel', shape, this.kernelInitializer);
    this.addBias(filters);
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const { groups, algorithm } = this;
    const options = { ...this.windowOptions, ...this.epilogue, groups, algorithm };
    return conv(this.oneInput(inputs), this.kernel.value, options);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { filters, groups, spatialRank } = this;
    const op = `conv${spatialRank as 1 | 2 | 3}d` as const;
    return { op, ...this.windowSpec(inputShape), filters, groups };
  }

  override getConfig(): LayerConfig {
    const { filters, groups, algorithm } = this;
    const kernelInitializer = initializerConfig(this.kernelInitializer);
    const chosen = algorithm === 'auto' ? {} : { algorithm };
    return { ...super.getConfig(), filters, groups, ...chosen, kernelInitializer };
  }
}
