import { axesIn, boolean } from '../../check.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type Variable } from '../layer.js';
import { atLeastZero, knownSize } from '../options.js';

/** What normalisations with a gamma and a beta take. */
export interface AffineNormOptions extends LayerOptions {
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Whether a beta is added. Default true. */
  readonly center?: boolean;
  /** Whether a gamma is multiplied by. Default true. */
  readonly scale?: boolean;
  /** Default `zeros`. */
  readonly betaInitializer?: InitializerOption;
  /** Default `ones`. */
  readonly gammaInitializer?: InitializerOption;
  readonly betaRegularizer?: null;
  readonly gammaRegularizer?: null;
  readonly betaConstraint?: null;
  readonly gammaConstraint?: null;
}

const KNOWN = [
  'epsilon',
  'center',
  'scale',
  'betaInitializer',
  'gammaInitializer',
  'betaRegularizer',
  'gammaRegularizer',
  'betaConstraint',
  'gammaConstraint',
];

/** The sizes of some axes, which weights have. */
export function axisSizes(
  label: string,
  shape: Parameters<typeof knownSize>[1],
  axis: number | readonly number[],
): number[] {
  return axesIn(label, axis, shape.length).map((at) => knownSize(label, shape, at, `the size of axis ${at}`));
}

/** Normalisations with a gamma and a beta over some axes. */
export abstract class AffineNorm<const O extends AffineNormOptions = AffineNormOptions> extends Layer<O> {
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
  protected gamma: Variable | undefined;
  protected beta: Variable | undefined;

  constructor(options: O, known: readonly string[]) {
    super(options, [...KNOWN, ...known]);
    const { label } = this;
    this.epsilon = atLeastZero(label, 'epsilon', options.epsilon ?? 1e-3);
    this.center = boolean(label, 'center', options.center ?? true);
    this.scale = boolean(label, 'scale', options.scale ?? true);
    this.betaInitializer = initializer(label, 'betaInitializer', options.betaInitializer ?? 'zeros');
    this.gammaInitializer = initializer(label, 'gammaInitializer', options.gammaInitializer ?? 'ones');
  }

  /** The axes that gamma and beta have numbers for. */
  protected abstract get weightAxes(): number | readonly number[];

  protected get hasGamma(): boolean {
    return this.scale;
  }

  protected get hasBeta(): boolean {
    return this.center;
  }

  override build(inputShape: ShapeOrList): void {
    const sizes = axisSizes(this.label, this.oneShape(inputShape), this.weightAxes);
    this.gamma = this.hasGamma ? this.addWeight('gamma', sizes, this.gammaInitializer) : undefined;
    this.beta = this.hasBeta ? this.addWeight('beta', sizes, this.betaInitializer) : undefined;
    super.build(inputShape);
  }

  /** What the op needs to know. */
  protected get affine() {
    return { gamma: this.gamma?.value, beta: this.beta?.value, epsilon: this.epsilon, label: this.label };
  }

  override getConfig(): LayerConfig {
    const { epsilon, center, scale } = this;
    const betaInitializer = initializerConfig(this.betaInitializer);
    const gammaInitializer = initializerConfig(this.gammaInitializer);
    return { ...super.getConfig(), epsilon, center, scale, betaInitializer, gammaInitializer };
  }
}
