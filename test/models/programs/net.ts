import { Dense, Input, ones, Sequential, type Tensor } from '../../../lib/index.js';

/** A net that computes for a while, and its input. */
export function slowNet(): { model: Sequential; x: Tensor } {
  const layers = Array.from({ length: 80 }, () => new Dense({ units: 256, activation: 'tanh' }));
  return { model: new Sequential([Input({ shape: [256] }), ...layers]), x: ones([64, 256]) as Tensor };
}
