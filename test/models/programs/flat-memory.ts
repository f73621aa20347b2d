// 10,000 predictions, now and later, cut and whole: the memory of the process must not grow with their number.
import { Conv2D, Dense, Flatten, random, Sequential, type Tensor } from '../../../lib/index.js';

const model = new Sequential([
  new Conv2D({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
  new Flatten(),
  new Dense({ units: 10, activation: 'softmax' }),
]);
const x = random([8, 12, 12, 1], { seed: 1 }) as Tensor;

async function predictions(count: number): Promise<number> {
  for (let i = 0; i < count; i += 4) {
    model.predictSync(x);
    model.predictSync(x, { batchSize: 3 });
    await Promise.all([model.predict(x), model.predict(x, { batchSize: 5 })]);
  }
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

const before = await predictions(4000);
const after = await predictions(10_000);
console.log(JSON.stringify({ grownMiB: (after - before) / 2 ** 20 }));
