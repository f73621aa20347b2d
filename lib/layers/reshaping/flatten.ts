import { shapeError } from '../../errors.js';
import { toChannelsLast } from '../../ops/layout.js';
import { expandDims, flatten } from '../../ops/reshape.js';
import type { DataFormat } from '../../shape/spatial.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ExplainSpec } from '../explain.js';
import { Layer, type LayerConfig, type LayerOptions, type ShapeOrList, type TensorOrList } from '../layer.js';
import { dataFormatOf } from '../options.js';
import { registerLayer } from '../registry.js';

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
export class Flatten<const O extends FlattenOptions = FlattenOptions> extends Layer<O> {
  static override className = 'Flatten';
  readonly dataFormat: DataFormat;

  constructor(options: O = {} as O) {
    super(options, ['dataFormat']);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
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

registerLayer(Flatten);
