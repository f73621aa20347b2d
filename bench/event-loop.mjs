// Shows that predict leaves the event loop alone: node bench/event-loop.mjs [batch]
// A VGG16 batch runs while a timer ticks; the delay of the loop is measured by perf_hooks.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildNet } from './nets/layerwise.mjs';

const LIMIT_MS = 20;
const RUNS = 4;
const batch = Number(process.argv[2] ?? 8);

const { model, input } = buildNet('vgg16', batch);
await model.predict(input); // packs the weights: done once, not part of a run

const delay = monitorEventLoopDelay({ resolution: 1 });
let ticks = 0;
const timer = setInterval(() => ticks++, 1);
delay.enable();
const started = performance.now();
for (let i = 0; i < RUNS; i++) await model.predict(input);
const elapsed = performance.now() - started;
delay.disable();
clearInterval(timer);

const ms = (nanoseconds) => (nanoseconds / 1e6).toFixed(2);
const p99 = delay.percentile(99);
console.log(
  `${RUNS} predictions of VGG16 at batch ${batch}: ${(elapsed / RUNS).toFixed(0)} ms each, ${ticks} timer ticks meanwhile`,
);
console.log(
  `event-loop delay: median ${ms(delay.percentile(50))} ms, 99th percentile ${ms(p99)} ms, maximum ${ms(delay.max)} ms (limit ${LIMIT_MS} ms at the 99th)`,
);
if (p99 / 1e6 >= LIMIT_MS) process.exitCode = 1;
