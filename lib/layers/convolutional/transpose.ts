import { integer, toTuple } from '../../check.js';
import { argumentError } from '../../errors.js';
import { conv1dTranspose, conv2dTranspose, conv3dTranspose } from '../../ops/conv-transpose.js';
import { type ConvTransposeLayerShape, convTransposeGeometry } from '../../shape/conv-transpose.js';
import type { PerAxis } from '../../shape/spatial.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { type Initializer, initializer, initializerConfig } from '../initializers.js';
import type { LayerConfig, ShapeOrList, TensorOrList, Variable } from '../layer.js';
import { sizesOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import { BaseConv, type ConvKey, type ConvLayerOptions, filtersOf, kernelOptions } from './base-conv.js';

export interface ConvTransposeLayerOptions extends ConvLayerOptions {
  /** Positions added at the end of the output, less than the stride. Default: Keras's rule for the padding. */
  readonly outputPadding?: PerAxis | null;
}

const OPS = [conv1dTranspose, conv2dTranspose, conv3dTranspose];

/** The transposed convolution of any spatial rank: kernel [...kernelSize, filters / groups, C], bias [filters]. */
export abstract class ConvTranspose<
  const O extends ConvTransposeLayerOptions = ConvTransposeLayerOptions,
> extends BaseConv<O> {
  readonly filters: number;
  readonly groups: number;
  readonly outputPadding: readonly number[] | null;
  readonly kernelInitializer: Initializer;
  protected kernel!: Variable;

  constructor(options: O, spatialRank: number) {
    super(options, spatialRank, ['filters', 'groups', 'outputPadding', ...kernelOptions('kernel')]);
    const { label } = this;
    this.filters = filtersOf(label, options.filters);
    this.groups = integer(label, 'groups', options.groups ?? 1);
    if (this.filters % this.groups !== 0) {
      throw argumentError(label, `${this.filters} filters do not divide into ${this.groups} groups`, {
        filters: this.filters,
        groups: this.groups,
      });
    }
    this.outputPadding = this.#outputPaddingOf(options.outputPadding ?? null);
    this.kernelInitializer = initializer(
      label,
      'kernelInitializer',
      options.kernelInitializer ?? 'glorotUniform',
    );
  }

  #outputPaddingOf(value: unknown): readonly number[] | null {
    if (value === null) return null;
    const { label, spatialRank, strides } = this;
    if (Array.isArray(value))
      sizesOf(
        label,
        'outputPadding',
        value.map((amount) => amount + 1),
        spatialRank,
      );
    const amounts = toTuple(label, 'outputPadding', value, spatialRank, 0);
    if (amounts.some((amount, axis) => amount >= (strides[axis] as number))) {
      throw argumentError(label, 'outputPadding must be less than the stride along every axis', {
        outputPadding: value,
        strides,
      });
    }
    return amounts;
  }

  protected override get allowsCausal(): boolean {
    return false;
  }

  override build(inputShape: ShapeOrList): void {
    const channels = this.channelsOf(inputShape);
    const shape = [...this.kernelSize, this.filters / this.groups, channels];
    convTransposeGeometry(this.label, this.oneShape(inputShape), shape, this);
    this.kernel = this.addWeight('kernel', shape, this.kernelInitializer);
    this.addBias(this.filters);
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const { groups, outputPadding } = this;
    const options = { ...this.windowOptions, ...this.epilogue, groups, outputPadding };
    const convolve = OPS[this.spatialRank - 1] as typeof conv2dTranspose;
    return convolve(this.oneInput(inputs), this.kernel.value, options);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { filters, groups, outputPadding, spatialRank } = this;
    const op = `conv${spatialRank as 1 | 2 | 3}dTranspose` as const;
    return { op, ...this.windowSpec(inputShape), filters, groups, outputPadding };
  }

  override getConfig(): LayerConfig {
    const { filters, groups, outputPadding } = this;
    const kernelInitializer = initializerConfig(this.kernelInitializer);
    return { ...super.getConfig(), filters, groups, outputPadding, kernelInitializer };
  }
}

/** The shape rule of a transposed convolution over `Rank` axes with options `O`. */
export interface ConvTransposeRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, ConvKey | 'outputPadding'>;
  readonly output: ConvTransposeLayerShape<this['input'], O, Rank, Label<Class, O>>;
}

/**
 * A transposed 1D convolution: [N, steps, C] to [N, steps', filters], the way back of a Conv1D's shape.
 * Weights: kernel [kernelSize, filters / groups, C], bias [filters].
 *
 * @param options `filters`, `kernelSize`; default `strides: 1`, `padding: 'valid'`, `outputPadding: null`,
 *   `dilationRate: 1`, `groups: 1`, no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for a wrong input
 *
 * @example
 * const layer = new Conv1DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' });
 * layer.computeOutputShape([null, 5, 8]); // [null, 10, 4]
 */
export class Conv1DTranspose<
  const O extends Exact<O, ConvTransposeLayerOptions> = ConvTransposeLayerOptions,
> extends ConvTranspose<O> {
  static override className = 'Conv1DTranspose';
  declare readonly [shapeRule]: ConvTransposeRule<O, 1, 'Conv1DTranspose'>;

  constructor(options: O) {
    super(options, 1);
  }
}

/**
 * A transposed 2D convolution: [N, H, W, C] to [N, oH, oW, filters], the way back of a Conv2D's shape.
 * Weights: kernel [kH, kW, filters / groups, C], bias [filters]. Along an axis, with k = (kernel - 1) * dilation + 1:
 * `valid` gives (in - 1) * stride + k (at least in * stride), `same` gives in * stride.
 *
 * @param options `filters`, `kernelSize`; default `strides: 1`, `padding: 'valid'`, `outputPadding: null`,
 *   `dilationRate: 1`, `groups: 1`, no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for a wrong input
 *
 * @example
 * const layer = new Conv2DTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' });
 * layer.computeOutputShape([null, 7, 7, 8]); // [null, 14, 14, 4]
 */
export class Conv2DTranspose<
  const O extends Exact<O, ConvTransposeLayerOptions> = ConvTransposeLayerOptions,
> extends ConvTranspose<O> {
  static override className = 'Conv2DTranspose';
  declare readonly [shapeRule]: ConvTransposeRule<O, 2, 'Conv2DTranspose'>;

  constructor(options: O) {
    super(options, 2);
  }
}

/**
 * A transposed 3D convolution: [N, D, H, W, C] to [N, oD, oH, oW, filters].
 * Weights: kernel [kD, kH, kW, filters / groups, C], bias [filters].
 *
 * @param options `filters`, `kernelSize`; default `strides: 1`, `padding: 'valid'`, `outputPadding: null`,
 *   `dilationRate: 1`, `groups: 1`, no `activation`, `useBias: true`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for a wrong input
 *
 * @example
 * new Conv3DTranspose({ filters: 2, kernelSize: 2, strides: 2 }).computeOutputShape([null, 3, 3, 3, 1]); // [null, 6, 6, 6, 2]
 */
export class Conv3DTranspose<
  const O extends Exact<O, ConvTransposeLayerOptions> = ConvTransposeLayerOptions,
> extends ConvTranspose<O> {
  static override className = 'Conv3DTranspose';
  declare readonly [shapeRule]: ConvTransposeRule<O, 3, 'Conv3DTranspose'>;

  constructor(options: O) {
    super(options, 3);
  }
}

registerLayer(Conv1DTranspose, Conv2DTranspose, Conv3DTranspose);
