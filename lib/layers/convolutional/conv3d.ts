import { registerLayer } from '../registry.js';
import type { ConvLayerOptions } from './base-conv.js';
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
export class Conv3D<const O extends ConvLayerOptions = ConvLayerOptions> extends Conv<O> {
  static override className = 'Conv3D';

  constructor(options: O) {
    super(options, 3);
  }
}

registerLayer(Conv3D);
