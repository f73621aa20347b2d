// Workers compute on the GPU, forget their tensors and end in the middle of their runs.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { tensor } from '../../../lib/index.js';
import { used } from '../../support/cuda.js';

tensor([1]).to('cuda').dispose();
const before = used();
const results: number[] = [];
for (const number of [1, 2, 3]) {
  const worker = new Worker(new URL('./device-worker-entry.mjs', import.meta.url), { workerData: number });
  const [result] = (await once(worker, 'message')) as [number];
  results.push(result);
  await worker.terminate();
}
for (let i = 0; i < 100 && used() !== before; i++) await setTimeout(20);
console.log(JSON.stringify({ results, left: used() - before }));
