// Workers are terminated while they predict; the main thread, which shares their thread pool, goes on computing.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { slowNet } from './net.js';

const { model, x } = slowNet();
const want = model.predictSync(x).toString();
for (const ms of [0, 3, 10]) {
  const workers = [0, 1].map(() => new Worker(new URL('./worker-entry.mjs', import.meta.url)));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const running = model.predict(x);
  await setTimeout(ms);
  await Promise.all(workers.map((worker) => worker.terminate()));
  if ((await running).toString() !== want || model.predictSync(x).toString() !== want)
    throw new Error('different bits');
}
console.log('alive');
