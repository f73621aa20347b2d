import {
  Add,
  BatchNormalization,
  Concatenate,
  Conv1D,
  Conv2D,
  Dense,
  Embedding,
  Flatten,
  GlobalAveragePooling1D,
  Input,
  Layer,
  MaxPooling2D,
  Model,
  ReLU,
  Reshape,
  Sequential,
  type SymbolicTensor,
  type Tensor,
  type TensorOrList,
  zeros,
} from '../../../lib/index.js';
import { open, type Row, row, some } from '../row.js';

const digits = () =>
  new Sequential([
    Input({ shape: [28, 28, 1], name: 'image' }),
    new Conv2D({ filters: 16, kernelSize: 5, activation: 'relu' }),
    new MaxPooling2D(),
    new Flatten(),
    new Dense({ units: 10, activation: 'softmax' }),
  ]);

/** A unit of many nets: its layers are typed, and its input is not known yet. */
const unit = <const F extends number>(filters: F) =>
  new Sequential([
    new Conv2D({ filters, kernelSize: 3, padding: 'same', useBias: false }),
    new BatchNormalization(),
    new ReLU(),
  ]);

const two = () => {
  const [image, words] = [Input({ shape: [8, 8, 3], name: 'image' }), Input({ shape: [12], name: 'words' })];
  const joined = new Concatenate().apply([
    new Dense({ units: 5 }).apply(new Flatten().apply(image)),
    new Dense({ units: 7 }).apply(words),
  ]);
  return { image, words, joined, score: new Dense({ units: 1 }).apply(joined) };
};

class Bare extends Layer {
  constructor() {
    super({}, []);
  }
  override call(inputs: TensorOrList): Tensor {
    return this.oneInput(inputs);
  }
}

class Net extends Sequential {
  constructor() {
    super([new Dense({ units: 3, inputShape: [4] })]);
  }
}

export const rows: readonly Row[] = [
  // Sequential: its input.
  row(() => digits().inputShape, [null, 28, 28, 1]),
  row(() => digits().outputShape, [null, 10]),
  row(() => new Sequential([new Dense({ units: 3, inputShape: [4] })]).inputShape, [null, 4]),
  row(() => new Sequential([new Dense({ units: 3, inputShape: [4] })]).outputShape, [null, 3]),
  row(() => new Sequential([new Dense({ units: 3, batchInputShape: [6, 4] })]).outputShape, [6, 3]),
  row(() => new Sequential([Input({ batchShape: [2, 9, 4] }), new Flatten()]).outputShape, [2, 36]),
  row(() => new Sequential([Input({ shape: [9, 4], batchSize: 5 }), new Flatten()]).outputShape, [5, 36]),
  row(() => new Sequential([Input({ shape: [some(9), 4] }), new Flatten()]).outputShape, [null, some(36)]),
  row(
    () => new Sequential([Input({ shape: [null, 4] }), new Dense({ units: 2 })]).outputShape,
    [null, null, 2],
  ),
  row(
    () =>
      new Sequential({ name: 'net', layers: [Input({ shape: [4] }), new Dense({ units: 2 })] }).outputShape,
    [null, 2],
  ),
  row(() => new Sequential([Input({ shape: open(4) }), new Dense({ units: 2 })]).inputShape, open(null, 4)),
  // Layers one by one.
  row(() => new Sequential().add(Input({ shape: [6, 4] })).add(new Flatten()).outputShape, [null, 24]),
  row(() => new Sequential().add(new Dense({ units: 2, inputShape: [4] })).outputShape, [null, 2]),
  row(() => new Sequential([Input({ shape: [4] })]).add(new Dense({ units: 2 })).outputShape, [null, 2]),
  row(() => digits().add(new Reshape({ targetShape: [2, -1] })).outputShape, [null, 2, 5]),
  // What types cannot follow they leave open.
  row(() => new Sequential([Input({ shape: [4] }), new Bare()]).outputShape, open(null, 4)),
  row(
    () => new Sequential([Input({ shape: [4] }), new Dense({ units: 2 }) as Layer]).outputShape,
    open(null, 2),
  ),
  row(() => new Net().outputShape, open(null, 3)),
  row(
    () => {
      const more: Layer[] = [2, 3].map((units) => new Dense({ units }));
      return new Sequential([Input({ shape: [4] }), ...more]).outputShape;
    },
    open(null, 3),
  ),
  // A stack as a layer: with an input of its own, and without.
  row(() => new Sequential([digits(), new Dense({ units: 2 })]).outputShape, [null, 2]),
  row(() => new Sequential([digits(), new Dense({ units: 2 })]).inputShape, [null, 28, 28, 1]),
  row(() => digits().apply(Input({ shape: [28, 28, 1] })).shape, [null, 10]),
  row(() => digits().apply(zeros([3, 28, 28, 1])).shape, [3, 10]),
  row(() => digits().computeOutputShape([7, 28, 28, 1]), [7, 10]),
  row(() => unit(16).apply(Input({ shape: [8, 8, 3] })).shape, [null, 8, 8, 16]),
  row(() => unit(16).apply(zeros([2, some(8), 8, 3])).shape, [2, some(8), 8, 16]),
  row(() => unit(some(16)).apply(Input({ shape: [8, 8, 3] })).shape, [null, 8, 8, some(16)]),
  row(
    () => new Sequential([Input({ shape: [8, 8, 3] }), unit(4), unit(6), new Flatten()]).outputShape,
    [null, 384],
  ),
  row(() => {
    const x = unit(4).apply(Input({ shape: [8, 8, 3] }));
    return new Add().apply([x, unit(4).apply(x)]).shape;
  }, [null, 8, 8, 4]),
  // A graph.
  row(() => two().joined.shape, [null, 12]),
  row(() => {
    const { words } = two();
    return new Model({ inputs: words, outputs: new Dense({ units: 2 }).apply(words) }).inputShape;
  }, [null, 12]),
  row(() => {
    const { image, words, score } = two();
    return new Model({ inputs: [image, words], outputs: score }).outputShape;
  }, [null, 1]),
  row(() => {
    const { image, words, score } = two();
    const model = new Model({ inputs: [image, words], outputs: score });
    return model.apply([Input({ shape: [8, 8, 3] }), Input({ shape: [12] })]).shape;
  }, [null, 1]),
  row(() => {
    const { image, words, joined, score } = two();
    const model = new Model({ inputs: { image, words }, outputs: { joined, score } });
    return model.predictSync({ image: zeros([4, 8, 8, 3]), words: zeros([4, 12]) }).joined.shape;
  }, [4, 12]),
  row(() => {
    const { image, words, joined, score } = two();
    const model = new Model({ inputs: [image, words], outputs: [joined, score] });
    return model.predictSync([zeros([4, 8, 8, 3]), zeros([4, 12])])[1].shape;
  }, [4, 1]),
  row(
    () => {
      let x: SymbolicTensor = Input({ shape: [8] });
      for (const units of [4, 2]) x = new Dense({ units }).apply(x);
      return x.shape;
    },
    open(null, 2),
  ),
  // What predict returns.
  row(() => digits().predictSync(zeros([8, 28, 28, 1])).shape, [8, 10]),
  row(() => digits().predictSync(zeros([some(8), 28, 28, 1])).shape, [some(8), 10]),
  row(() => digits().predictSync([zeros([8, 28, 28, 1])]).shape, [8, 10]),
  row(() => new Net().predictSync(zeros([2, 4])).shape as readonly number[], open(2, 3) as readonly number[]),
  row(() => {
    const net = new Sequential([Input({ shape: [some(6), 4] }), new Conv1D({ filters: 2, kernelSize: 3 })]);
    return net.predictSync(zeros([5, 6, 4])).shape;
  }, [5, some(4), 2]),
  row(() => {
    const net = new Sequential([
      new Embedding({ inputDim: 100, outputDim: 8, batchInputShape: [null, 6] }),
      new GlobalAveragePooling1D(),
    ]);
    return net.predictSync(zeros([3, 6], 'int32')).shape;
  }, [3, 8]),
];
