import { Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D, Sequential } from '../../../lib/index.js';
import type { Equal, Expect } from '../equal.js';

/** AlexNet (Krizhevsky, Sutskever and Hinton, 2012) on 227 x 227, layer by layer, as one column. */
export const alexnet = new Sequential()
  .add(Input({ shape: [227, 227, 3] }))
  .add(new Conv2D({ filters: 96, kernelSize: 11, strides: 4, activation: 'relu', name: 'conv1' }))
  .add(new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool1' }))
  .add(new Conv2D({ filters: 256, kernelSize: 5, padding: 2, groups: 2, activation: 'relu', name: 'conv2' }))
  .add(new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool2' }))
  .add(new Conv2D({ filters: 384, kernelSize: 3, padding: 1, activation: 'relu', name: 'conv3' }))
  .add(new Conv2D({ filters: 384, kernelSize: 3, padding: 1, groups: 2, activation: 'relu', name: 'conv4' }))
  .add(new Conv2D({ filters: 256, kernelSize: 3, padding: 1, groups: 2, activation: 'relu', name: 'conv5' }))
  .add(new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool5' }))
  .add(new Flatten())
  .add(new Dense({ units: 4096, activation: 'relu', name: 'fc6' }))
  .add(new Dropout({ rate: 0.5, name: 'dropout6' }))
  .add(new Dense({ units: 4096, activation: 'relu', name: 'fc7' }))
  .add(new Dropout({ rate: 0.5, name: 'dropout7' }))
  .add(new Dense({ units: 1000, activation: 'softmax', name: 'fc8' }));

export type Checks = [
  Expect<Equal<typeof alexnet.inputShape, [null, 227, 227, 3]>>,
  Expect<Equal<typeof alexnet.outputShape, [null, 1000]>>,
];
