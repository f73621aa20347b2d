// A GPU that is full: uploads, ops and models fail with a code, and work again when there is room.
import {
  Input,
  type LayerwiseError,
  ReLU,
  relu,
  Sequential,
  type Tensor,
  tensor,
  zeros,
} from '../../../lib/index.js';

const MiB = 2 ** 18; // float32
const codes: string[] = [];
const messages: string[] = [];
const failing = async (body: () => unknown) => {
  try {
    await body();
  } catch (error) {
    const { code, message } = error as LayerwiseError;
    codes.push(code);
    messages.push(message);
  }
};
const model = new Sequential({ layers: [Input({ shape: [MiB] }), new ReLU()], device: 'cuda' });
const x = zeros([8, MiB]).to('cuda') as Tensor;
await failing(() => zeros([12, MiB]).to('cuda'));
const y = zeros([6, MiB]).to('cuda') as Tensor;
await failing(() => relu(x));
await failing(() => model.predictSync(x));
await failing(() => model.predict(x));
y.dispose();
const small = new Sequential({ layers: [Input({ shape: [2] }), new ReLU()], device: 'cuda' });
const result = small.predictSync(tensor([[-1, 2]]).to('cuda')).to('cpu');
const kept = (x.to('cpu').data as Float32Array).every((value) => value === 0);
console.log(
  JSON.stringify({
    codes,
    messages: messages.slice(0, 1),
    afterwards: [...(result.data as Float32Array)],
    kept,
  }),
);
