import { integer } from '../../check.js';
import { depthwiseConv1d, depthwiseConv2d } from '../../ops/conv.js';
import { type DepthwiseLayerShape, depthwiseGeometry } from '../../shape/conv.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import type { LayerConfig, ShapeOrList, TensorOrList, Variable } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import { BaseConv, type BaseConvOptions, type ConvKey, kernelOptions } from './base-conv.js';

export interface DepthwiseConvOptions extends BaseConvOptions {
  /** Filters per channel. Default 1. */
  readonly depthMultiplier?: number;
  readonly depthwiseInitializer?: InitializerOption;
  readonly depthwiseRegularizer?: null;
  readonly depthwiseConstraint?: null;
}

/** The depthwise convolution of any spatial rank: kernel [...kernelSize, C, depthMultiplier], bias [C * depthMultiplier]. */
export abstract class DepthwiseConv<
  const O extends DepthwiseConvOptions = DepthwiseConvOptions,
> extends BaseConv<O> {
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: Initializer;
  protected kernel!: Variable;

  constructor(options: O, spatialRank: number) {
    super(options, spatialRank, ['depthMultiplier', ...kernelOptions('depthwise')]);
    const { label } = this;
    this.depthMultiplier = integer(label, 'depthMultiplier', options.depthMultiplier ?? 1);
    const { depthwiseInitializer = 'glorotUniform' } = options;
    this.depthwiseInitializer = initializer(label, 'depthwiseInitializer', depthwiseInitializer);
  }

  override build(inputShape: ShapeOrList): void {
    const channels = this.channelsOf(inputShape);
    const shape = [...this.kernelSize, channels, this.depthMultiplier];
    depthwiseGeometry(this.label, this.oneShape(inputShape), shape, this);
    this.kernel = this.addWeight('kernel', shape, this.depthwiseInitializer);
    this.addBias(channels * this.depthMultiplier);
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const options = { ...this.windowOptions, ...this.epilogue };
    const convolve = this.spatialRank === 1 ? depthwiseConv1d : depthwiseConv2d;
    return convolve(this.oneInput(inputs), this.kernel.value, options);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { depthMultiplier, spatialRank } = this;
    const op = `depthwiseConv${spatialRank as 1 | 2}d` as const;
    return { op, ...this.windowSpec(inputShape), depthMultiplier };
  }

  override getConfig(): LayerConfig {
    const depthwiseInitializer = initializerConfig(this.depthwiseInitializer);
    return { ...super.getConfig(), depthMultiplier: this.depthMultiplier, depthwiseInitializer };
  }
}

/** The shape rule of a depthwise convolution over `Rank` axes with options `O`. */
export interface DepthwiseConvRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, Exclude<ConvKey, 'filters' | 'groups'> | 'depthMultiplier'>;
  readonly output: DepthwiseLayerShape<this['input'], O, Rank, Label<Class, O>>;
}

/**
 * A 1D convolution with filters that see one channel each: [N, steps, C] to [N, steps', C * depthMultiplier].
 * Weights: kernel [kernelSize, C, depthMultiplier], bias [C * depthMultiplier].
 *
 * @param options `kernelSize`; default `depthMultiplier: 1`, `strides: 1`, `padding: 'valid'`, `dilationRate: 1`,
 *   no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new DepthwiseConv1D({ kernelSize: 3, depthMultiplier: 2 }).computeOutputShape([null, 10, 4]); // [null, 8, 8]
 */
export class DepthwiseConv1D<
  const O extends Exact<O, DepthwiseConvOptions> = DepthwiseConvOptions,
> extends DepthwiseConv<O> {
  static override className = 'DepthwiseConv1D';
  declare readonly [shapeRule]: DepthwiseConvRule<O, 1, 'DepthwiseConv1D'>;

  constructor(options: O) {
    super(options, 1);
  }
}

/**
 * A 2D convolution with filters that see one channel each: [N, H, W, C] to [N, oH, oW, C * depthMultiplier].
 * Weights: kernel [kH, kW, C, depthMultiplier], bias [C * depthMultiplier]. Output channel c * depthMultiplier + m
 * is filter m of channel c.
 *
 * @param options `kernelSize`; default `depthMultiplier: 1`, `strides: 1`, `padding: 'valid'`, `dilationRate: 1`,
 *   no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * const layer = new DepthwiseConv2D({ kernelSize: 3, padding: 'same' });
 * layer.computeOutputShape([null, 112, 112, 32]); // [null, 112, 112, 32]
 */
export class DepthwiseConv2D<
  const O extends Exact<O, DepthwiseConvOptions> = DepthwiseConvOptions,
> extends DepthwiseConv<O> {
  static override className = 'DepthwiseConv2D';
  declare readonly [shapeRule]: DepthwiseConvRule<O, 2, 'DepthwiseConv2D'>;

  constructor(options: O) {
    super(options, 2);
  }
}

registerLayer(DepthwiseConv1D, DepthwiseConv2D);
