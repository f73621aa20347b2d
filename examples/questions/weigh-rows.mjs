// How do I multiply a (50,) tensor into a (50, 49) one, so that each row is weighed by its number?
//
// Row i of the matrix has 49 numbers and one weight. Keras's answer and ours are the same two routes.
import assert from 'node:assert/strict';
import { allClose, batchDot, Input, Lambda, Model, Multiply, Reshape, random, reshape } from 'layerwise';

const weights = random([4, 50], { seed: 1 }); // a batch of 4
const rows = random([4, 50, 49], { seed: 2 });

// Route 1, broadcasting: make the vector [50, 1]; a size of 1 stretches to whatever it meets, here 49.
const w = Input({ shape: [50], name: 'weights' });
const m = Input({ shape: [50, 49], name: 'rows' });
const column = new Reshape({ targetShape: [50, 1] }).apply(w);
const byMultiply = new Model({ inputs: [w, m], outputs: new Multiply({}).apply([column, m]) });
assert.deepEqual(byMultiply.outputShape, [null, 50, 49]);

// Route 2, the reshape / batchDot / reshape one: put the 50 into the batch, so that each row is a product of its own.
// [n, 50] -> [n * 50, 1, 1] and [n, 50, 49] -> [n * 50, 1, 49]; axes [1, 2] count the batch as axis 0, so axis 1 of the first
// (size 1) meets axis 1 of the second after swapping: here we contract axis 2 of the first with axis 1 of the second.
const byBatchDot = new Lambda({
  name: 'weigh',
  outputShape: [50, 49],
  function: ([vector, matrix]) => {
    const each = reshape(vector, [-1, 1, 1]);
    const row = reshape(matrix, [-1, 49, 1]);
    return reshape(batchDot(each, row, [1, 2]), [-1, 50, 49]);
  },
});
const routed = new Model({ inputs: [w, m], outputs: byBatchDot.apply([w, m]) });
assert.deepEqual(routed.outputShape, [null, 50, 49]);

const first = byMultiply.predictSync([weights, rows]);
const second = routed.predictSync([weights, rows]);
assert.ok(allClose(first, second));
assert.ok(Math.abs(first.at(3, 20, 7) - weights.at(3, 20) * rows.at(3, 20, 7)) < 1e-6);
console.log('each row weighed, twice the same:', first.shape); // [4, 50, 49]

// The outer product is another thing: every weight times every number of another vector. Dot contracts the axis of size 1.
const a = Input({ shape: [50], name: 'a' });
const b = Input({ shape: [49], name: 'b' });
const left = new Reshape({ targetShape: [1, 50] }).apply(a); // [null, 1, 50]
const right = new Reshape({ targetShape: [49, 1] }).apply(b); // [null, 49, 1]
const outer = new Model({
  inputs: [a, b],
  outputs: new Lambda({ function: ([x, y]) => batchDot(x, y, [1, 2]) }).apply([left, right]),
});
assert.deepEqual(outer.outputShape, [null, 50, 49]);
const x = random([4, 50], { seed: 3 });
const y = random([4, 49], { seed: 4 });
const product = outer.predictSync([x, y]);
assert.ok(Math.abs(product.at(2, 10, 48) - x.at(2, 10) * y.at(2, 48)) < 1e-6);
console.log('outer product of 50 and 49 numbers:', product.shape); // [4, 50, 49]
