import { argumentError, shapeError } from '../../errors.js';
import { alias } from '../../ops/reshape.js';
import { type ReshapeLayerShape, reshapeShape } from '../../shape/reshape.js';
import type { Exact } from '../../shape/typed.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';

export interface ReshapeOptions extends LayerOptions {
  /** The shape of one sample, without the batch; one size may be -1 (or null) and is inferred. */
  readonly targetShape: readonly (number | null)[];
}

/**
 * The elements of each sample, in the same order, under another shape. Costs nothing in a model.
 *
 * @param options `targetShape`
 * @throws ERR_ARGUMENT for sizes that are no sizes, ERR_SHAPE when the elements do not fill the shape
 *
 * @example
 * new Reshape({ targetShape: [28, 28, 1] }).computeOutputShape([null, 784]); // [null, 28, 28, 1]
 * new Reshape({ targetShape: [-1, 7] }).computeOutputShape([null, 84]);      // [null, 12, 7]
 */
export class Reshape<const O extends Exact<O, ReshapeOptions> = ReshapeOptions> extends Layer<O> {
  static override className = 'Reshape';
  declare readonly [shapeRule]: ReshapeRule<O>;
  readonly targetShape: readonly number[];

  constructor(options: O) {
    super(options, ['targetShape']);
    const { targetShape } = options;
    const size = (dim: unknown) => dim === null || (Number.isSafeInteger(dim) && (dim as number) >= -1);
    if (!Array.isArray(targetShape) || !targetShape.every(size)) {
      throw argumentError(
        this.label,
        'targetShape must be a list of integers of at least 0, one of them may be -1',
        {
          targetShape,
        },
      );
    }
    this.targetShape = (targetShape as readonly (number | null)[]).map((dim) => dim ?? -1);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const { label, targetShape } = this;
    if (x.rank === 0) throw shapeError(label, 'the input must have a batch axis', { input: x.shape });
    const [batch, ...sample] = x.shape;
    return alias(x, [batch as number | null, ...reshapeShape(label, sample, targetShape)]);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    const shape = this.oneShape(inputShape);
    return { op: 'reshape', inputShape: shape, targetShape: this.targetShape, perSample: true };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), targetShape: [...this.targetShape] };
  }
}

/** The shape rule of a `Reshape` with options `O`. */
export interface ReshapeRule<O> extends ShapeRule {
  readonly options: Reads<O, 'targetShape'>;
  readonly output: ReshapeLayerShape<this['input'], O, Label<'Reshape', O>>;
}

registerLayer(Reshape);
