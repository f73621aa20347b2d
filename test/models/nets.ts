import { Concatenate, Dense, Input } from '../../lib/index.js';

/** Two inputs, a shared layer, two outputs. */
export function twins() {
  const [a, b] = [Input({ shape: [4], name: 'a' }), Input({ shape: [4], name: 'b' })];
  const shared = new Dense({ units: 3, name: 'shared' });
  const both = new Concatenate({ name: 'both' }).apply([shared.apply(a), shared.apply(b)]);
  const score = new Dense({ units: 1, name: 'score' }).apply(both);
  return { a, b, both, score, shared };
}
