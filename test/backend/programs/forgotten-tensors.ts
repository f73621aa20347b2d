// Tensors on a GPU that nobody disposes of: in a loop that never returns to the event loop more bytes than the GPU has.
import { setImmediate } from 'node:timers/promises';
import { devices, relu, type Tensor, zeros } from '../../../lib/index.js';

const used = () => devices()[1]?.gpus[0]?.usedBytes as number;
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
for (let i = 0; i < 100; i++) {
  large.to('cuda');
  relu(small.to('cuda'));
}
await collect();
console.log(JSON.stringify({ loop: 'went on', left: used() - before }));
