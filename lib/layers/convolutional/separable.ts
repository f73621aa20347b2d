import { integer } from '../../check.js';
import { separableConv1d, separableConv2d } from '../../ops/conv.js';
import { type SeparableLayerShape, separableGeometry } from '../../shape/separable.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import type { LayerConfig, ShapeOrList, TensorOrList, Variable } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import { BaseConv, type BaseConvOptions, type ConvKey, filtersOf, kernelOptions } from './base-conv.js';

export interface SeparableConvOptions extends BaseConvOptions {
  /** The number of output channels. */
  readonly filters: number;
  /** Filters per channel of the depthwise step. Default 1. */
  readonly depthMultiplier?: number;
  readonly depthwiseInitializer?: InitializerOption;
  readonly depthwiseRegularizer?: null;
  readonly depthwiseConstraint?: null;
  readonly pointwiseInitializer?: InitializerOption;
  readonly pointwiseRegularizer?: null;
  readonly pointwiseConstraint?: null;
}

/** A depthwise convolution, then one with a window of 1 that mixes the channels; the bias belongs to the second. */
export abstract class SeparableConv<
  const O extends SeparableConvOptions = SeparableConvOptions,
> extends BaseConv<O> {
  readonly filters: number;
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: Initializer;
  readonly pointwiseInitializer: Initializer;
  protected depthwiseKernel!: Variable;
  protected pointwiseKernel!: Variable;

  constructor(options: O, spatialRank: number) {
    const known = [...kernelOptions('depthwise'), ...kernelOptions('pointwise')];
    super(options, spatialRank, ['filters', 'depthMultiplier', ...known]);
    const { label } = this;
    this.filters = filtersOf(label, options.filters);
    this.depthMultiplier = integer(label, 'depthMultiplier', options.depthMultiplier ?? 1);
    const { depthwiseInitializer = 'glorotUniform', pointwiseInitializer = 'glorotUniform' } = options;
    this.depthwiseInitializer = initializer(label, 'depthwiseInitializer', depthwiseInitializer);
    this.pointwiseInitializer = initializer(label, 'pointwiseInitializer', pointwiseInitializer);
  }

  protected override get allowsDilatedStrides(): boolean {
    return true;
  }

  override build(inputShape: ShapeOrList): void {
    const channels = this.channelsOf(inputShape);
    const { depthMultiplier, filters, kernelSize, label } = this;
    const depthwise = [...kernelSize, channels, depthMultiplier];
    const pointwise = [...kernelSize.map(() => 1), channels * depthMultiplier, filters];
    separableGeometry(label, this.oneShape(inputShape), depthwise, pointwise, this);
    this.depthwiseKernel = this.addWeight('depthwise_kernel', depthwise, this.depthwiseInitializer);
    this.pointwiseKernel = this.addWeight('pointwise_kernel', pointwise, this.pointwiseInitializer);
    this.addBias(filters);
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const options = { ...this.windowOptions, ...this.epilogue };
    const kernels = { depthwise: this.depthwiseKernel.value, pointwise: this.pointwiseKernel.value };
    const convolve = this.spatialRank === 1 ? separableConv1d : separableConv2d;
    return convolve(this.oneInput(inputs), kernels, options);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { filters, depthMultiplier, spatialRank } = this;
    const op = `separableConv${spatialRank as 1 | 2}d` as const;
    return { op, ...this.windowSpec(inputShape), filters, depthMultiplier };
  }

  override getConfig(): LayerConfig {
    return {
      ...super.getConfig(),
      filters: this.filters,
      depthMultiplier: this.depthMultiplier,
      depthwiseInitializer: initializerConfig(this.depthwiseInitializer),
      pointwiseInitializer: initializerConfig(this.pointwiseInitializer),
    };
  }
}

/** The shape rule of a separable convolution over `Rank` axes with options `O`. */
export interface SeparableConvRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, Exclude<ConvKey, 'groups'>>;
  readonly output: SeparableLayerShape<this['input'], O, Rank, Label<Class, O>>;
}

/**
 * A separable 1D convolution: [N, steps, C] to [N, steps', filters].
 * Weights: depthwise_kernel [kernelSize, C, depthMultiplier], pointwise_kernel [1, C * depthMultiplier, filters], bias [filters].
 *
 * @param options `filters`, `kernelSize`; default `depthMultiplier: 1`, `strides: 1`, `padding: 'valid'`,
 *   `dilationRate: 1`, no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new SeparableConv1D({ filters: 8, kernelSize: 3 }).computeOutputShape([null, 10, 4]); // [null, 8, 8]
 */
export class SeparableConv1D<
  const O extends Exact<O, SeparableConvOptions> = SeparableConvOptions,
> extends SeparableConv<O> {
  static override className = 'SeparableConv1D';
  declare readonly [shapeRule]: SeparableConvRule<O, 1, 'SeparableConv1D'>;

  constructor(options: O) {
    super(options, 1);
  }
}

/**
 * A separable 2D convolution: [N, H, W, C] to [N, oH, oW, filters].
 * Weights: depthwise_kernel [kH, kW, C, depthMultiplier], pointwise_kernel [1, 1, C * depthMultiplier, filters], bias [filters].
 *
 * @param options `filters`, `kernelSize`; default `depthMultiplier: 1`, `strides: 1`, `padding: 'valid'`,
 *   `dilationRate: 1`, no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new SeparableConv2D({ filters: 16, kernelSize: 3 }).computeOutputShape([null, 28, 28, 3]); // [null, 26, 26, 16]
 */
export class SeparableConv2D<
  const O extends Exact<O, SeparableConvOptions> = SeparableConvOptions,
> extends SeparableConv<O> {
  static override className = 'SeparableConv2D';
  declare readonly [shapeRule]: SeparableConvRule<O, 2, 'SeparableConv2D'>;

  constructor(options: O) {
    super(options, 2);
  }
}

registerLayer(SeparableConv1D, SeparableConv2D);
