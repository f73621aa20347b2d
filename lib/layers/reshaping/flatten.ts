import { shapeError } from '../../errors.js';
import { toChannelsLast } from '../../ops/layout.js';
import { expandDims, flatten } from '../../ops/reshape.js';
import type { FlattenLayerShape } from '../../shape/reshape.js';
import type { DataFormat } from '../../shape/spatial.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { type Arguments, dataFormatOf, type Given, optionsOf } from '../options.js';
import { registerLayer } from '../registry.js';
import type { Label, ShapeRule, shapeRule } from '../rule.js';

export interface FlattenOptions extends LayerOptions {
  /** With `channelsFirst` the channels are moved to the end before, so that both formats flatten alike. */
  readonly dataFormat?: DataFormat;
}

/**
 * All axes but the batch in one: [N, ...] to [N, product]. Costs nothing in a model.
 *
 * @param options default `dataFormat: 'channelsLast'`
 * @throws ERR_SHAPE for a scalar
 *
 * @example
 * new Flatten().computeOutputShape([null, 7, 7, 512]); // [null, 25088]
 */
export class Flatten<
  const A extends Arguments<A, FlattenOptions> = Arguments<unknown, FlattenOptions>,
> extends Layer<Given<A, FlattenOptions>> {
  static override className = 'Flatten';
  declare readonly [shapeRule]: FlattenRule<Given<A, FlattenOptions>>;
  readonly dataFormat: DataFormat;

  constructor(...args: A) {
    super(optionsOf<A, FlattenOptions>(args), ['dataFormat']);
    this.dataFormat = dataFormatOf(this.label, this.options.dataFormat);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    if (x.rank === 0) throw shapeError(this.label, 'the input must have a batch axis', { input: x.shape });
    if (x.rank === 1) return expandDims(x, 1);
    return flatten(x.rank > 2 ? toChannelsLast(x, this.dataFormat) : x, 1);
  }

  override explainSpec(inputShape: ShapeOrList): ExplainSpec {
    return { op: 'flatten', inputShape: this.oneShape(inputShape), dataFormat: this.dataFormat };
  }

  override getConfig(): LayerConfig {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}

/** The shape rule of a `Flatten` with options `O`. */
export interface FlattenRule<O> extends ShapeRule {
  readonly output: FlattenLayerShape<this['input'], Label<'Flatten', O>>;
}

registerLayer(Flatten);
