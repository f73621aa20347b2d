import { AveragePooling2D, Conv2D, Dense, Flatten, Input, Model } from '../../../lib/index.js';
import type { Equal, Expect } from '../equal.js';

/** LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998), as a graph. */
const image = Input({ shape: [32, 32, 1], name: 'image' });
const c1 = new Conv2D({ filters: 6, kernelSize: 5, activation: 'tanh' }).apply(image);
const s2 = new AveragePooling2D({ poolSize: 2 }).apply(c1);
const c3 = new Conv2D({ filters: 16, kernelSize: 5, activation: 'tanh' }).apply(s2);
const s4 = new AveragePooling2D({ poolSize: 2 }).apply(c3);
const c5 = new Conv2D({ filters: 120, kernelSize: 5, activation: 'tanh' }).apply(s4);
const flat = new Flatten().apply(c5);
const f6 = new Dense({ units: 84, activation: 'tanh' }).apply(flat);
const out = new Dense({ units: 10, activation: 'softmax' }).apply(f6);
export const lenet5 = new Model({ inputs: image, outputs: { digit: out, features: f6 } });

export type Checks = [
  Expect<Equal<typeof c1.shape, readonly [null, 28, 28, 6]>>,
  Expect<Equal<typeof s2.shape, readonly [null, 14, 14, 6]>>,
  Expect<Equal<typeof c3.shape, readonly [null, 10, 10, 16]>>,
  Expect<Equal<typeof s4.shape, readonly [null, 5, 5, 16]>>,
  Expect<Equal<typeof c5.shape, readonly [null, 1, 1, 120]>>,
  Expect<Equal<typeof flat.shape, readonly [null, 120]>>,
  Expect<Equal<typeof f6.shape, readonly [null, 84]>>,
  Expect<Equal<typeof out.shape, readonly [null, 10]>>,
];
