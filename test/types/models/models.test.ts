import { describe, expect, it } from 'vitest';
import { rows } from './rows.js';

describe('models: what types infer is what the model gives', () => {
  it.each(
    rows.map(({ call, expected }, index) => [index, JSON.stringify(expected), call, expected] as const),
  )('row %i: %s', (_index, _title, call, expected) => expect(call()).toEqual(expected));
});
