import { boolean, integer } from '../../check.js';
import { argumentError } from '../../errors.js';
import type { ConvAlgorithm } from '../../ops/conv.js';
import { type DataFormat, type Padding, type PerAxis, splitInput } from '../../shape/spatial.js';
import { type ActivationOption, activationConfig, activationOption } from '../activations.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type Variable } from '../layer.js';
import { dataFormatOf, paddingOf, sizesOf } from '../options.js';

/** The options that every convolution takes. */
export interface BaseConvOptions extends LayerOptions {
  /** The window: one size for all spatial axes, or one per axis, at least 1. */
  readonly kernelSize: PerAxis;
  /** Steps of the window, at least 1. Default 1; with a `dilationRate` above 1 it must be 1. */
  readonly strides?: PerAxis;
  /** `valid` (default), `same`, `causal` (1D), a number of zeros, or one entry per spatial axis. */
  readonly padding?: Exclude<Padding, 'sameLower'>;
  /** Where the channels are. Default `channelsLast`; kernels have one layout for both. */
  readonly dataFormat?: DataFormat;
  /** Distance between the taps of the kernel, at least 1. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Name of the function applied to the result. Default none. */
  readonly activation?: ActivationOption;
  /** Whether a bias per filter is added. Default true. */
  readonly useBias?: boolean;
  readonly biasInitializer?: InitializerOption;
  readonly biasRegularizer?: null;
  readonly biasConstraint?: null;
  readonly activityRegularizer?: null;
}

/** The options of a convolution with filters that see all channels (of their group). */
export interface ConvLayerOptions extends BaseConvOptions {
  /** The number of output channels. */
  readonly filters: number;
  /** Groups of channels that do not see each other; must divide the channels and the filters. Default 1. */
  readonly groups?: number;
  /** How it is computed: `auto` (default), `direct` or `winograd`. */
  readonly algorithm?: ConvAlgorithm;
  readonly kernelInitializer?: InitializerOption;
  readonly kernelRegularizer?: null;
  readonly kernelConstraint?: null;
}

/** The options of a convolution that its shape depends on. */
export type ConvKey =
  | 'filters'
  | 'kernelSize'
  | 'strides'
  | 'padding'
  | 'dilationRate'
  | 'dataFormat'
  | 'groups';

const BASE_KNOWN = [
  'kernelSize',
  'strides',
  'padding',
  'dataFormat',
  'dilationRate',
  'activation',
  'useBias',
  'biasInitializer',
  'biasRegularizer',
  'biasConstraint',
  'activityRegularizer',
];

/** The names of the options of a kernel: `kernelInitializer`, `kernelRegularizer`, `kernelConstraint`. */
export const kernelOptions = (prefix: string) =>
  ['Initializer', 'Regularizer', 'Constraint'].map((end) => prefix + end);

const WORDS = ['valid', 'same', 'causal'] as const;

/** What all convolutions share: options in one form, the bias, the checks that need no input. */
export abstract class BaseConv<const O extends BaseConvOptions = BaseConvOptions> extends Layer<O> {
  readonly spatialRank: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: Padding;
  readonly dataFormat: DataFormat;
  readonly useBias: boolean;
  readonly biasInitializer: Initializer;
  readonly activation: ActivationOption;
  protected bias: Variable | undefined;

  constructor(options: O, spatialRank: number, known: readonly string[]) {
    super(options, [...BASE_KNOWN, ...known]);
    const { label } = this;
    this.spatialRank = spatialRank;
    this.kernelSize = sizesOf(label, 'kernelSize', options.kernelSize, spatialRank);
    this.strides = sizesOf(label, 'strides', options.strides ?? 1, spatialRank);
    this.dilationRate = sizesOf(label, 'dilationRate', options.dilationRate ?? 1, spatialRank);
    this.dataFormat = dataFormatOf(label, options.dataFormat);
    this.padding = this.#paddingOf(options.padding ?? 'valid');
    this.useBias = boolean(label, 'useBias', options.useBias ?? true);
    this.biasInitializer = initializer(label, 'biasInitializer', options.biasInitializer ?? 'zeros');
    this.activation = activationOption(label, options.activation);
    const both = Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1;
    if (both && !this.allowsDilatedStrides) {
      throw argumentError(label, 'strides above 1 do not go with a dilationRate above 1', {
        strides: this.strides,
        dilationRate: this.dilationRate,
      });
    }
  }

  #paddingOf(padding: unknown): Padding {
    const { label, spatialRank } = this;
    const checked = paddingOf(label, padding, spatialRank, WORDS);
    if (checked === 'causal' && (!this.allowsCausal || this.dataFormat !== 'channelsLast')) {
      throw argumentError(label, 'causal padding needs a 1D convolution with channels last', {
        padding,
        dataFormat: this.dataFormat,
      });
    }
    return checked;
  }

  /** Whether `padding: 'causal'` means something. */
  protected get allowsCausal(): boolean {
    return this.spatialRank === 1;
  }

  /** Whether strides and dilations above 1 go together. Keras refuses them for all but separable convolutions. */
  protected get allowsDilatedStrides(): boolean {
    return false;
  }

  /** The number of channels of an input; checks its rank. */
  protected channelsOf(inputShape: ShapeOrList): number {
    return splitInput(this.label, this.oneShape(inputShape), this.spatialRank, this.dataFormat).channels;
  }

  /** What an op needs to know about the window. */
  protected get windowOptions() {
    const { strides, padding, dataFormat, dilationRate } = this;
    return { strides, padding, dataFormat, dilationRate };
  }

  /** What `explain` needs to know about the window. */
  protected windowSpec(inputShape: ShapeOrList) {
    const { kernelSize, useBias } = this;
    return { ...this.windowOptions, inputShape: this.oneShape(inputShape), kernelSize, useBias };
  }

  /** What the op adds to the result, and how messages call it. */
  protected get epilogue() {
    return { bias: this.bias?.value, activation: this.activation, label: this.label };
  }

  /** Adds the bias, one number per output channel, when the layer has one. */
  protected addBias(channels: number): void {
    this.bias = this.useBias ? this.addWeight('bias', [channels], this.biasInitializer) : undefined;
  }

  override getConfig(): LayerConfig {
    return {
      ...super.getConfig(),
      kernelSize: [...this.kernelSize],
      strides: [...this.strides],
      padding: this.padding,
      dataFormat: this.dataFormat,
      dilationRate: [...this.dilationRate],
      activation: activationConfig(this.label, this.activation),
      useBias: this.useBias,
      biasInitializer: initializerConfig(this.biasInitializer),
    };
  }
}

/** `filters` as a positive number of output channels. */
export const filtersOf = (label: string, filters: unknown): number => integer(label, 'filters', filters);
