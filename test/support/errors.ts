import { expect } from 'vitest';
import { type ErrorCode, LayerwiseError } from '../../lib/errors.js';

/** Runs `body`, which must throw a coded error, and returns the error. */
export function thrown(body: () => unknown): LayerwiseError {
  try {
    body();
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(LayerwiseError);
    return error as LayerwiseError;
  }
  throw new Error('nothing was thrown');
}

/** Runs `body` and checks the code of the error it throws, and a part of its message. */
export function expectError(body: () => unknown, code: ErrorCode, text = ''): void {
  const error = thrown(body);
  expect(error.code, error.message).toBe(code);
  expect(error.message).toContain(text);
}
