// 10,000 results that lie in the pool, in calls of every kind: the memory of the process must not grow with their number.
import { addon } from '../../../lib/backend/load.js';
import { Input, machineInfo, ReLU, random, relu, Sequential, type Tensor } from '../../../lib/index.js';

const model = new Sequential([Input({ shape: [2 ** 17] }), new ReLU()]);
const x = random([1, 2 ** 17], { seed: 1 }) as Tensor;

async function results(count: number): Promise<number> {
  for (let i = 0; i < count; i += 10) {
    for (let j = 0; j < 4; j++) model.predictSync(x);
    for (let j = 0; j < 4; j++) relu(x);
    await Promise.all([model.predict(x), model.predict(x)]);
  }
  for (let waits = 0; !addon().trimResults(); waits++) {
    if (waits > 200) throw new Error(`still held: ${JSON.stringify(machineInfo().resultBytes)}`);
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return process.memoryUsage().rss;
}

const before = await results(4000);
const after = await results(10_000);
console.log(JSON.stringify({ grownMiB: (after - before) / 2 ** 20 }));
