// Tensors on a GPU that nobody disposes of, in a loop that never returns to the event loop: 400 MiB of them.
import { setImmediate } from 'node:timers/promises';
import { relu, type Tensor, zeros } from '../../../lib/index.js';
import { used } from '../../support/cuda.js';

const [large, small] = [zeros([1024, 1024]) as Tensor, zeros([8]) as Tensor];
relu(small.to('cuda'));
const collect = async () => {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await setImmediate();
  }
};
await collect();
const before = used();
let most = 0;
for (let i = 0; i < 100; i++) {
  large.to('cuda');
  relu(small.to('cuda'));
  most = Math.max(most, used() - before);
}
await collect();
console.log(JSON.stringify({ bounded: most < 50 * large.byteLength, left: used() - before }));
