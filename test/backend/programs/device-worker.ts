// Leaves tensors on the GPU, runs that have not ended, and some that end while the worker is taken down.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Dense, Input, mul, ones, Sequential, type Tensor, tensor } from '../../../lib/index.js';

const layers = Array.from({ length: 20 }, () => new Dense({ units: 64 }));
const model = new Sequential({ layers: [Input({ shape: [64] }), ...layers], device: 'cuda' });
const x = ones([64, 64]).to('cuda') as Tensor;
const first = await model.predict(x);
for (let i = 0; i < 100; i++) void model.predict(first as Tensor);
// What Node frees one by one, before it lets go of the runs.
const slow = Array.from({ length: 20_000 }, () => createHash('md5'));
const y = mul(tensor([workerData as number]).to('cuda'), 3);
parentPort?.postMessage(slow.length && y.to('cpu').at(0));
