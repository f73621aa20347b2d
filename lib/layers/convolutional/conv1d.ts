import type { ConvLayerShape } from '../../shape/conv.js';
import type { Exact } from '../../shape/typed.js';
import { registerLayer } from '../registry.js';
import type { Label, Reads, ShapeRule, shapeRule } from '../rule.js';
import type { ConvKey, ConvLayerOptions } from './base-conv.js';
import { Conv } from './conv.js';

/**
 * A 1D convolution over [N, steps, C] (channelsFirst: [N, C, steps]), giving [N, steps', filters].
 * Weights: kernel [kernelSize, C / groups, filters], bias [filters]. Each filter sees all C channels of its window:
 * with 32 channels and `kernelSize: 3` it is 3 x 32.
 *
 * @param options `filters`, `kernelSize`; default `strides: 1`, `padding: 'valid'` (or `'same'`, `'causal'`, zeros),
 *   `dilationRate: 1`, `groups: 1`, no `activation`, `useBias: true`, `kernelInitializer: 'glorotUniform'`
 * @throws ERR_ARGUMENT for options that do not fit together, ERR_SHAPE for an input that the window does not fit in
 *
 * @example
 * new Conv1D({ filters: 64, kernelSize: 3, padding: 'same' }).computeOutputShape([null, 10, 32]); // [null, 10, 64]
 */
export class Conv1D<const O extends Exact<O, ConvLayerOptions> = ConvLayerOptions> extends Conv<O> {
  static override className = 'Conv1D';
  declare readonly [shapeRule]: Conv1DRule<O>;

  constructor(options: O) {
    super(options, 1);
  }
}

/** The shape rule of a `Conv1D` with options `O`. */
export interface Conv1DRule<O> extends ShapeRule {
  readonly options: Reads<O, ConvKey>;
  readonly output: ConvLayerShape<this['input'], O, 1, Label<'Conv1D', O>>;
}

registerLayer(Conv1D);
