import {
  AveragePooling2D,
  Conv2D,
  Dense,
  Flatten,
  Input,
  MaxPooling2D,
  Sequential,
} from '../../lib/index.js';
import type { Layer } from '../../lib/layers/layer.js';

/** The net of examples/questions/lenet.mjs. */
export const lenet = (): Sequential =>
  new Sequential({
    name: 'lenet',
    layers: [
      new Conv2D({ name: 'c1', filters: 6, kernelSize: 5, activation: 'tanh', inputShape: [32, 32, 3] }),
      new AveragePooling2D({ name: 's2', poolSize: 2 }),
      new Conv2D({ name: 'c3', filters: 16, kernelSize: 5, activation: 'tanh' }),
      new AveragePooling2D({ name: 's4', poolSize: 2 }),
      new Flatten({ name: 'flat' }),
      new Dense({ name: 'f5', units: 120, activation: 'tanh' }),
      new Dense({ name: 'f6', units: 84, activation: 'tanh' }),
      new Dense({ name: 'out', units: 10, activation: 'softmax' }),
    ],
  });

/** The net of examples/questions/parameters.mjs. */
export function vgg16(): Sequential {
  const layers: Layer[] = [];
  for (const [filters, times] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ] as const) {
    for (let i = 0; i < times; i++)
      layers.push(new Conv2D({ filters, kernelSize: 3, padding: 'same' }) as Layer);
    layers.push(new MaxPooling2D({ poolSize: 2 }) as Layer);
  }
  for (const layer of [
    new Flatten(),
    new Dense({ units: 4096 }),
    new Dense({ units: 4096 }),
    new Dense({ units: 1000 }),
  ]) {
    layers.push(layer as Layer);
  }
  return new Sequential({ name: 'vgg16', layers: [Input({ shape: [224, 224, 3] }), ...layers] });
}
