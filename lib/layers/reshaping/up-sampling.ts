import { oneOf } from '../../check.js';
import { alias } from '../../ops/reshape.js';
import { resize } from '../../ops/resize.js';
import { strided } from '../../ops/strided.js';
import { rowMajorStrides } from '../../shape/dims.js';
import type { UpSamplingShape } from '../../shape/resize.js';
import { checkSpatialRank, type DataFormat, type PerAxis } from '../../shape/spatial.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { type Arguments, dataFormatOf, type Given, optionsOf, sizesOf, spatialAxes } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface UpSamplingOptions extends LayerOptions {
  /** How many times larger each spatial axis becomes: one factor for all, or one per axis, at least 1. Default 2. */
  readonly size?: PerAxis;
}

export interface SpatialUpSamplingOptions extends UpSamplingOptions {
  /** Where the channels are. Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

export interface UpSampling2DOptions extends SpatialUpSamplingOptions {
  /** How the new values are made. Default `nearest`; the others take floats only. */
  readonly interpolation?: Interpolation;
}

const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** Every element repeated along several axes, in one copy: each axis is followed by one of stride 0. */
function repeatAxes(x: Tensor, factors: ReadonlyMap<number, number>): Tensor {
  const steps = rowMajorStrides(x.shape);
  const shape: (number | null)[] = [];
  const strides: number[] = [];
  x.shape.forEach((size, axis) => {
    shape.push(size);
    strides.push(steps[axis] as number);
    const factor = factors.get(axis);
    if (factor === undefined || factor === 1) return;
    shape.push(factor);
    strides.push(0);
  });
  const grown = x.shape.map((size, axis) => (size === null ? null : size * (factors.get(axis) ?? 1)));
  return alias(strided(x, shape, 0, strides), grown);
}

/** Upsampling of any spatial rank by repetition. */
export abstract class UpSampling<
  const O extends SpatialUpSamplingOptions = SpatialUpSamplingOptions,
> extends Layer<O> {
  readonly size: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(options: O, spatialRank: number, known: readonly string[]) {
    super(options, ['size', ...known]);
    this.size = sizesOf(this.label, 'size', options.size ?? 2, spatialRank);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const rank = this.size.length + 2;
    checkSpatialRank(this.label, x.shape, this.size.length, this.dataFormat);
    const axes = spatialAxes(this.dataFormat, rank);
    return this.grow(x, new Map(axes.map((axis, i) => [axis, this.size[i] as number])));
  }

  /** The input with each of some axes a number of times larger. */
  protected grow(x: Tensor, factors: ReadonlyMap<number, number>): Tensor {
    return [...factors.values()].every((factor) => factor === 1) ? x : repeatAxes(x, factors);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { size, dataFormat } = this;
    return { op: 'upSampling', inputShape: this.oneShape(inputShape), size, dataFormat };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), size: this.size.length === 1 ? this.size[0] : [...this.size] };
  }
}

/** The shape rule of an upsampling of `Rank` axes with options `O`. */
export interface UpSamplingRule<O, Rank extends number, Class extends string> extends ShapeRule {
  readonly options: Reads<O, 'size' | 'dataFormat'>;
  readonly output: UpSamplingShape<this['input'], O, Rank, Label<Class, O>>;
}

/**
 * Each step repeated: [N, steps, C] to [N, steps * size, C].
 *
 * @param options default `size: 2`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new UpSampling1D({ size: 3 }).computeOutputShape([null, 10, 4]); // [null, 30, 4]
 */
export class UpSampling1D<
  const A extends Arguments<A, UpSamplingOptions> = Arguments<unknown, UpSamplingOptions>,
> extends UpSampling<Given<A, UpSamplingOptions>> {
  static override className = 'UpSampling1D';
  declare readonly [shapeRule]: UpSamplingRule<Given<A, UpSamplingOptions>, 1, 'UpSampling1D'>;

  constructor(...args: A) {
    super(optionsOf<A, UpSamplingOptions>(args), 1, []);
  }
}

/**
 * Larger images: [N, H, W, C] to [N, H * size[0], W * size[1], C].
 *
 * @param options default `size: 2`, `interpolation: 'nearest'` (or `bilinear`, `bicubic`, `lanczos3`, `lanczos5`),
 *   `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new UpSampling2D({ size: [2, 3], interpolation: 'bilinear' }).computeOutputShape([null, 8, 8, 3]); // [null, 16, 24, 3]
 */
export class UpSampling2D<
  const A extends Arguments<A, UpSampling2DOptions> = Arguments<unknown, UpSampling2DOptions>,
> extends UpSampling<Given<A, UpSampling2DOptions>> {
  static override className = 'UpSampling2D';
  declare readonly [shapeRule]: UpSamplingRule<Given<A, UpSampling2DOptions>, 2, 'UpSampling2D'>;
  readonly interpolation: Interpolation;

  constructor(...args: A) {
    super(optionsOf<A, UpSampling2DOptions>(args), 2, ['dataFormat', 'interpolation']);
    this.interpolation = oneOf(
      this.label,
      'interpolation',
      (this.options as UpSampling2DOptions).interpolation ?? 'nearest',
      INTERPOLATIONS,
    );
  }

  protected override grow(x: Tensor, factors: ReadonlyMap<number, number>): Tensor {
    const { dataFormat, interpolation, label } = this;
    // A trace with unknown sizes carries shapes only, and repetition gives the same shape.
    const unknown = [...factors.keys()].some((axis) => x.shape[axis] === null);
    if (interpolation === 'nearest' || unknown) return super.grow(x, factors);
    const sizes = [...factors].map(([axis, factor]) => (x.shape[axis] as number) * factor);
    return resize(x, sizes, { method: interpolation, dataFormat, label });
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const { size, dataFormat, interpolation } = this;
    return { op: 'upSampling', inputShape: this.oneShape(inputShape), size, dataFormat, interpolation };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), dataFormat: this.dataFormat, interpolation: this.interpolation };
  }
}

/**
 * Each element of a volume repeated: [N, D, H, W, C] to [N, D * size[0], H * size[1], W * size[2], C].
 *
 * @param options default `size: 2`, `dataFormat: 'channelsLast'`
 * @throws ERR_ARGUMENT for a size below 1, ERR_SHAPE for an input of another rank
 *
 * @example
 * new UpSampling3D({ size: 2 }).computeOutputShape([null, 4, 4, 4, 1]); // [null, 8, 8, 8, 1]
 */
export class UpSampling3D<
  const A extends Arguments<A, SpatialUpSamplingOptions> = Arguments<unknown, SpatialUpSamplingOptions>,
> extends UpSampling<Given<A, SpatialUpSamplingOptions>> {
  static override className = 'UpSampling3D';
  declare readonly [shapeRule]: UpSamplingRule<Given<A, SpatialUpSamplingOptions>, 3, 'UpSampling3D'>;

  constructor(...args: A) {
    super(optionsOf<A, SpatialUpSamplingOptions>(args), 3, ['dataFormat']);
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}

registerLayer(UpSampling1D, UpSampling2D, UpSampling3D);
