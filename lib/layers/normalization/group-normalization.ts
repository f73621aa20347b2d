import { integer } from '../../check.js';
import { argumentError, shapeError } from '../../errors.js';
import { groupNorm } from '../../ops/normalize.js';
import type { Divides, IsNatural } from '../../shape/arithmetic.js';
import type { AxisOf, Option, ShapeError, Show } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerConfig, ShapeOrList, TensorOrList } from '../layer.js';
import { type Arguments, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import type { SameAlong } from '../same-shape.js';
import { AffineNorm, type AffineNormOptions, axisSizes } from './base-norm.js';

export interface GroupNormalizationOptions extends AffineNormOptions {
  /** The number of groups of channels; -1 for one per channel (instance normalisation). Default 32. */
  readonly groups?: number;
  /** The axis of the channels; the batch is axis 0. Default -1; with channels first, 1. */
  readonly axis?: number;
}

/**
 * As LayerNormalization, over the places and channels of each of several groups of channels (Wu and He 2018).
 * Any shape; the shape stays. Weights: gamma and beta, one number per channel.
 *
 * @param options default `groups: 32`, `axis: -1`, `epsilon: 0.001`, `center: true`, `scale: true`
 * @throws ERR_ARGUMENT for groups below 1 (-1 apart), ERR_SHAPE when the channels do not divide into the groups
 *
 * @example
 * new GroupNormalization({ groups: 4 }).computeOutputShape([null, 8, 8, 16]); // [null, 8, 8, 16]
 */
export class GroupNormalization<
  const A extends Arguments<A, GroupNormalizationOptions> = Arguments<unknown, GroupNormalizationOptions>,
> extends AffineNorm<Given<A, GroupNormalizationOptions>> {
  static override className = 'GroupNormalization';
  declare readonly [shapeRule]: GroupNormalizationRule<Given<A, GroupNormalizationOptions>>;
  readonly groups: number;
  readonly axis: number;

  constructor(...args: A) {
    super(optionsOf<A, GroupNormalizationOptions>(args), ['groups', 'axis']);
    const { groups = 32, axis = -1 }: GroupNormalizationOptions = this.options;
    if (groups !== -1 && !(Number.isSafeInteger(groups) && groups > 0)) {
      throw argumentError(
        this.label,
        'groups must be an integer of at least 1, or -1 for one group per channel',
        { groups },
      );
    }
    this.groups = groups;
    this.axis = integer(this.label, 'axis', axis, Number.MIN_SAFE_INTEGER);
  }

  protected override get weightAxes(): number {
    return this.axis;
  }

  override build(inputShape: ShapeOrList): void {
    const shape = this.oneShape(inputShape);
    const [channels] = axisSizes(this.label, shape, this.axis);
    if (this.groups !== -1 && (channels as number) % this.groups !== 0) {
      throw shapeError(this.label, `${channels} channels do not divide into ${this.groups} groups`, {
        input: shape,
        groups: this.groups,
      });
    }
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    return groupNorm(this.oneInput(inputs), { ...this.affine, groups: this.groups, axis: this.axis });
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), groups: this.groups, axis: this.axis };
  }
}

/** The shape rule of a `GroupNormalization` with options `O`. */
export interface GroupNormalizationRule<O> extends ShapeRule {
  readonly options: Reads<O, 'groups' | 'axis'>;
  readonly output: SameAlong<
    this['input'],
    Option<O, 'axis', -1>,
    Label<'GroupNormalization', O>
  > extends infer Same
    ? Same extends readonly unknown[]
      ? Grouped<
          Same,
          AxisOf<Same, Option<O, 'axis', -1>>,
          Option<O, 'groups', 32>,
          Label<'GroupNormalization', O>
        >
      : Same
    : never;
}
type Grouped<S extends readonly unknown[], Axis, Groups, Op extends string> = [
  IsNatural<Axis>,
  IsNatural<S[Axis & number]>,
  IsNatural<Groups>,
] extends [true, true, true]
  ? Divides<Groups & number, S[Axis & number] & number> extends true
    ? S
    : ShapeError<`${Op}: ${S[Axis & number] & number} channels do not divide into ${Groups &
        number} groups. Received input=${Show<S>}, groups=${Groups & number}`>
  : S;

registerLayer(GroupNormalization);
