import type { DeviceName, Precision } from '../backend/native.js';
import type { LayerOptions } from '../layers/layer.js';

/** The options that `Sequential` and `Model` share. */
export interface NetworkOptions extends Pick<LayerOptions, 'name' | 'trainable'> {
  /** As the property of this name. Default `float32`. */
  readonly precision?: Precision;
  /** As the property of this name. Default `cpu`. */
  readonly device?: DeviceName;
}
