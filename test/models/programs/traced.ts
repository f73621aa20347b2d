// Runs of every kind, for LAYERWISE_PROFILE to trace.
import { Conv2D, Dense, Flatten, ones, relu, Sequential, type Tensor } from '../../../lib/index.js';

const model = new Sequential([
  new Conv2D({ filters: 8, kernelSize: 3, inputShape: [14, 14, 3], name: 'conv "1"\n' }),
  new Flatten(),
  new Dense({ units: 10, name: 'head' }),
]);
const x = ones([8, 14, 14, 3]) as Tensor;
for (let i = 0; i < 5; i++) model.predictSync(x);
await Promise.all([model.predict(x), model.predict(x)]);
const five = ones([5]);
const count = Number(process.argv[2] ?? 1);
for (let i = 0; i < count; i++) relu(five);
console.log('done');
