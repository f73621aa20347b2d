import type { ConvLayerShape } from '../../shape/conv.js';
import type { Exact } from '../../shape/typed.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import type { ConvKey, ConvLayerOptions } from './base-conv.js';
import { Conv } from './conv.js';

/**
 * A 2D convolution over [N, H, W, C] (channelsFirst: [N, C, H, W]), giving [N, oH, oW, filters].
 * Weights: kernel [kH, kW, C / groups, filters], bias [filters]. Each filter sums over its window and all C channels.
 *
 * @param options `filters`, `kernelSize`; default `strides: 1`, `padding: 'valid'` (or `'same'`, zeros, pairs),
 *   `dilationRate: 1`, `groups: 1`, no `activation`, `useBias: true`, `kernelInitializer: 'glorotUniform'`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * const layer = new Conv2D({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' });
 * layer.computeOutputShape([null, 224, 224, 3]); // [null, 224, 224, 64]
 * layer.countParams(); // 1792
 */
export class Conv2D<const O extends Exact<O, ConvLayerOptions> = ConvLayerOptions> extends Conv<O> {
  static override className = 'Conv2D';
  declare readonly [shapeRule]: Conv2DRule<O>;

  constructor(options: O) {
    super(options, 2);
  }
}

/** The shape rule of a `Conv2D` with options `O`. */
export interface Conv2DRule<O> extends ShapeRule {
  readonly options: Reads<O, ConvKey>;
  readonly output: ConvLayerShape<this['input'], O, 2, Label<'Conv2D', O>>;
}

registerLayer(Conv2D);
