import type { Tensor } from './tensor.js';

/** Where a tensor lies, and where a model computes. */
export type DeviceName = 'cpu' | 'cuda';

export const DEVICES: readonly DeviceName[] = ['cpu', 'cuda'];

type Upload = (x: Tensor, device: DeviceName) => Tensor;

let upload: Upload | undefined;

/** Says how a tensor comes to a device. For the backend: it knows of tensors, and tensors know of no backend. */
export function setUpload(how: Upload): void {
  upload = how;
}

/** A copy of a tensor of this process on a device. */
export function uploaded(x: Tensor, device: DeviceName): Tensor {
  return (upload as Upload)(x, device);
}
