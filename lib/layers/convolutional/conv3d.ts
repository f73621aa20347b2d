import type { ConvLayerShape } from '../../shape/conv.js';
import type { Exact } from '../../shape/typed.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import type { ConvKey, ConvLayerOptions } from './base-conv.js';
import { Conv } from './conv.js';

/**
 * A 3D convolution over [N, D, H, W, C] (channelsFirst: [N, C, D, H, W]), giving [N, oD, oH, oW, filters].
 * Weights: kernel [kD, kH, kW, C / groups, filters], bias [filters].
 *
 * @param options `filters`, `kernelSize`; default `strides: 1`, `padding: 'valid'` (or `'same'`, zeros, pairs),
 *   `dilationRate: 1`, `groups: 1`, no `activation`, `useBias: true`, `kernelInitializer: 'glorotUniform'`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new Conv3D({ filters: 8, kernelSize: 3 }).computeOutputShape([null, 16, 32, 32, 1]); // [null, 14, 30, 30, 8]
 */
export class Conv3D<const O extends Exact<O, ConvLayerOptions> = ConvLayerOptions> extends Conv<O> {
  static override className = 'Conv3D';
  declare readonly [shapeRule]: Conv3DRule<O>;

  constructor(options: O) {
    super(options, 3);
  }
}

/** The shape rule of a `Conv3D` with options `O`. */
export interface Conv3DRule<O> extends ShapeRule {
  readonly options: Reads<O, ConvKey>;
  readonly output: ConvLayerShape<this['input'], O, 3, Label<'Conv3D', O>>;
}

registerLayer(Conv3D);
