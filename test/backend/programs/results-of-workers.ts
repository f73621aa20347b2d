// Workers give large results away and end; the main thread goes on computing and finds the results as they were.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { machineInfo, relu, type Tensor, tensor } from '../../../lib/index.js';

const LENGTH = 2 ** 19;
const given: Float32Array[] = [];
for (let number = 1; number <= 3; number++) {
  const worker = new Worker(new URL('./worker-entry.mjs', import.meta.url), { workerData: number });
  const [{ data, lent }] = (await once(worker, 'message')) as [{ data: Float32Array; lent: number }];
  if (lent !== machineInfo().resultBytes.lent) throw new Error('a worker took from the pool');
  given.push(data);
  await worker.terminate();
}
const x = tensor(new Float32Array(LENGTH).fill(9)) as Tensor;
for (let i = 0; i < 50; i++) relu(x);

// And the other way round: the main thread gives a result of the pool to a worker.
const echo = new Worker(
  `const { parentPort } = require('node:worker_threads');
parentPort.on('message', (data) => parentPort.postMessage(data[data.length - 1]));`,
  { eval: true },
);
const own = relu(tensor(new Float32Array(LENGTH).fill(5))).data as Float32Array;
echo.postMessage(own, [own.buffer as ArrayBuffer]);
for (let i = 0; i < 50; i++) relu(x);
const [last] = (await once(echo, 'message')) as [number];
await echo.terminate();

const intact = given.every((data, i) => data.length === LENGTH && data.every((value) => value === i + 1));
console.log(intact && last === 5 ? 'intact' : 'changed');
