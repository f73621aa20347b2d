// Predicts without end, until its thread is terminated.
import { parentPort } from 'node:worker_threads';
import { slowNet } from './net.js';

const { model, x } = slowNet();
model.warmup([64, 256]);
parentPort?.postMessage('started');
const one = new AbortController();
for (;;) await Promise.all([model.predict(x), model.predict(x, { signal: one.signal })]);
