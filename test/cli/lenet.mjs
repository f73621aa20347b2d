import { AveragePooling2D, Conv2D, Dense, Flatten, Sequential } from 'layerwise';

export default new Sequential({
  name: 'lenet',
  layers: [
    new Conv2D({ name: 'c1', filters: 6, kernelSize: 5, activation: 'tanh', inputShape: [32, 32, 3] }),
    new AveragePooling2D({ name: 's2', poolSize: 2 }),
    new Flatten({ name: 'flat' }),
    new Dense({ name: 'out', units: 10, activation: 'softmax' }),
  ],
});
